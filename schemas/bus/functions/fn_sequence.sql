-- daybook mirror: function bus.fn_sequence(p_log smallint, p_term bigint)

CREATE OR REPLACE FUNCTION bus.fn_sequence(p_log smallint, p_term bigint)
 RETURNS TABLE(outcome text, first_seq bigint, last_seq bigint)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
AS $function$
#variable_conflict use_column
declare
    v_log record;
    v_now pg_snapshot;
    v_me xid8;
    v_places bigint;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'bus.fn_sequence() runs in isolation level read committed, this is %', current_setting('transaction_isolation')
            using errcode = 'TB004', hint = 'Each of its statements has to see what was committed before it began.';
    end if;
    select l.ctid as at, l.* into v_log from bus.logs as l where l.log = p_log for update;
    if not found then
        raise exception 'argument p_log names no log: %', coalesce(p_log::text, 'null')
            using errcode = 'TB002', hint = 'On one server there is log 0.';
    end if;
    if p_term is null or v_log.term <> p_term or v_log.leader_id is null then
        outcome := 'fenced';
        return next;
        return;
    end if;

    -- A snapshot says nothing of the transaction that takes it, which may emit more after this: its events are left to the next look.
    v_me := pg_current_xact_id();
    v_now := pg_current_snapshot();
    insert into bus.event_seq (log, seq, epoch, id, sequenced_at)
    select p_log, v_log.last_seq + row_number() over (order by n.id), v_log.epoch, n.id, clock_timestamp()
      from (select d.id
              from bus.domain_events as d
             where d.xid >= pg_snapshot_xmax(v_log.seen) and d.xid < pg_snapshot_xmax(v_now)
               and pg_visible_in_snapshot(d.xid, v_now) and d.xid <> v_me and d.id > v_log.anchor_id
            union all
            -- One by one by the index, which the offset enforces: joined, the planner may read the whole log to find one transaction.
            select d.id
              from (select * from pg_snapshot_xip(v_log.seen) union all select v_log.seen_by) as x (xid)
             cross join lateral (select e.id from bus.domain_events as e where e.xid = x.xid offset 0) as d
             where pg_visible_in_snapshot(x.xid, v_now) and x.xid <> v_me and d.id > v_log.anchor_id) as n;
    get diagnostics v_places = row_count;

    -- Having found nothing it may begin the next time where it began now, so looking often does not mean writing often.
    if v_places > 0 or v_log.looked_at is null or v_log.looked_at < clock_timestamp() - interval '1 second' then
        -- By where it lies, which cannot change while it is locked: who holds an old snapshot keeps all its versions, and by the key they all are passed.
        update bus.logs as l
           set last_seq = l.last_seq + v_places, seen = v_now, seen_by = v_me, looked_at = clock_timestamp()
         where l.ctid = v_log.at;
        if not found then
            raise exception 'the row of log % moved while it was locked', p_log using errcode = 'TB004', hint = 'Report this: it is a fault of Daybook.';
        end if;
    end if;
    -- Nothing is lost with a look that found nothing, so nobody waits for it to be on disk.
    if v_places = 0 then
        perform set_config('synchronous_commit', 'off', true);
    end if;
    -- One notifier, so nobody waits for anybody: it is the writers that must not all notify.
    if v_places > 0 then
        perform pg_notify('daybook_seq', '');
    end if;
    outcome := case when v_places > 0 then 'sequenced' else 'nothing' end;
    first_seq := v_log.last_seq + 1;
    last_seq := v_log.last_seq + v_places;
    return next;
end
$function$;

alter function bus.fn_sequence(p_log smallint, p_term bigint) owner to daybook_api;

comment on function bus.fn_sequence(p_log smallint, p_term bigint) is 'Gives every event that became visible since the last look its place in the log: without gaps, within an aggregate in the order of its versions, and never waiting for a transaction that is still open, whose events come when it has ended. sequenced with the places from first_seq to last_seq; nothing, then last_seq < first_seq; or fenced when another leader has taken over: stop. However much it is, it is one transaction, and listeners to the channel daybook_seq are notified once. TB002 for an unknown log, TB004 not in isolation level read committed.';

revoke execute on function bus.fn_sequence(p_log smallint, p_term bigint) from public;
grant execute on function bus.fn_sequence(p_log smallint, p_term bigint) to daybook_owner;
grant execute on function bus.fn_sequence(p_log smallint, p_term bigint) to daybook_relay;
