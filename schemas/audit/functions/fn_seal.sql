-- daybook mirror: function audit.fn_seal(p_limit integer, p_ctx jsonb)

CREATE OR REPLACE FUNCTION audit.fn_seal(p_limit integer DEFAULT 10000, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, seal_no bigint, last_seq bigint, events bigint, audit_rows bigint, hash bytea)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
 SET jit TO 'off'
AS $function$
#variable_conflict use_column
declare
    c_log constant smallint := 0;
    v_before audit.seals;
    v_log record; -- of bus.logs, a table of a module that is installed after this one
    v_now pg_snapshot;
    v_all boolean;
    v_after_seq bigint;
    v_events record;
    v_rows_hash bytea;
begin
    perform util.ctx(p_ctx);
    if p_limit is null or p_limit not between 1 and 1000000 then
        raise exception 'argument p_limit is %', coalesce(p_limit::text, 'null')
            using errcode = 'TB001', hint = 'Seal 1 to 1000000 events at once.';
    end if;
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'audit.fn_seal() runs in isolation level read committed, this is %', current_setting('transaction_isolation')
            using errcode = 'TB004', hint = 'Each of its statements has to see what was committed before it began.';
    end if;

    perform pg_advisory_xact_lock(hashtextextended('audit.fn_seal', 0));
    select * into v_before from audit.seals as s order by s.seal_no desc limit 1;
    select * into strict v_log from bus.logs as l where l.log = c_log;
    v_all := v_before.seal_no is null
             or exists (select 1 from bus.log_epochs as e where e.log = c_log and e.epoch > v_before.epoch and e.reason = 'restored');
    seal_no := coalesce(v_before.seal_no, 0) + 1;
    v_after_seq := coalesce(v_before.last_seq, 0);
    last_seq := least(v_log.last_seq, v_after_seq + p_limit);

    v_now := pg_current_snapshot();
    insert into audit.sealed_rows (audit_id, seal_no, hash)
    select a.audit_id, seal_no, audit._row_hash(a)
      from audit.audit_log as a
     where (v_all
            or a.xid >= pg_snapshot_xmax(v_before.seen)
            or a.xid = v_before.xid
            or a.xid in (select x.xid from pg_snapshot_xip(v_before.seen) as x (xid)))
       and not exists (select 1 from audit.sealed_rows as r where r.audit_id = a.audit_id);
    get diagnostics audit_rows = row_count;
    if last_seq = v_after_seq and audit_rows = 0 then
        outcome := 'replayed';
        seal_no := v_before.seal_no;
        events := 0;
        hash := v_before.hash;
        return next;
        return;
    end if;

    select sha256(coalesce(string_agg(r.hash, '' order by r.audit_id), '')) into v_rows_hash
      from audit.sealed_rows as r
     where r.seal_no = fn_seal.seal_no;
    v_events := audit._events_hash(c_log, v_after_seq, last_seq);
    events := v_events.events;
    hash := audit._chain_hash(v_before.hash, seal_no, v_after_seq, last_seq, v_events.hash, v_rows_hash);
    insert into audit.seals (seal_no, log, after_seq, last_seq, audit_rows, epoch, seen, hash)
    values (seal_no, c_log, v_after_seq, last_seq, audit_rows, v_log.epoch, v_now, hash);
    outcome := 'created';
    return next;
end
$function$;

alter function audit.fn_seal(p_limit integer, p_ctx jsonb) owner to daybook_api;

comment on function audit.fn_seal(p_limit integer, p_ctx jsonb) is 'Seals what was recorded since the last seal: the events at the next p_limit places of the log and all new rows of the audit log. created with the seal; replayed with the last one when nothing is new (nulls when there is none). What has no place yet is sealed later. Call it until it has sealed fewer than p_limit events. TB001 for a limit outside 1 to 1000000, TB004 not in isolation level read committed.';

revoke execute on function audit.fn_seal(p_limit integer, p_ctx jsonb) from public;
grant execute on function audit.fn_seal(p_limit integer, p_ctx jsonb) to daybook_audit;
grant execute on function audit.fn_seal(p_limit integer, p_ctx jsonb) to daybook_owner;
grant execute on function audit.fn_seal(p_limit integer, p_ctx jsonb) to daybook_relay;
