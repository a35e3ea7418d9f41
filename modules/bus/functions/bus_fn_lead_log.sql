-- daybook-lint: allow state-change-without-event until 2028-06-30: who gives places to events is no event
create or replace function bus.fn_lead_log(p_log smallint, p_leader_id uuid, p_leader_name text)
returns table (outcome text, term bigint, epoch integer, last_seq bigint, began text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_log bus.logs;
    v_here record;
begin
    perform util.require_id('p_leader_id', p_leader_id);
    perform util.require_text('p_leader_name', p_leader_name);
    if pg_is_in_recovery() then
        raise exception 'the log cannot be led on a standby'
            using errcode = 'TB004', hint = 'Connect to the primary: target_session_attrs=read-write.';
    end if;
    select * into v_log from bus.logs as l where l.log = p_log for update;
    if not found then
        raise exception 'argument p_log names no log: %', coalesce(p_log::text, 'null')
            using errcode = 'TB002', hint = 'On one server there is log 0.';
    end if;

    outcome := case when v_log.leader_id = p_leader_id then 'replayed' else 'created' end;
    v_here := bus._cluster_identity();
    began := case
        when v_log.leader_id is null then null
        when v_log.system_id <> v_here.system_id then 'restored'
        when pg_snapshot_xmax(pg_current_snapshot()) < pg_snapshot_xmax(v_log.seen) then 'restored'
        when v_log.timeline <> v_here.timeline then 'promoted'
    end;
    if began is not null then
        perform bus._begin_epoch(p_log, began);
    end if;
    if outcome = 'created' then
        update bus.logs as l
           set term = l.term + 1, leader_id = p_leader_id, leader_name = p_leader_name, led_since = clock_timestamp(),
               system_id = v_here.system_id, timeline = v_here.timeline
         where l.log = p_log;
    end if;
    select l.term, l.epoch, l.last_seq into term, epoch, last_seq from bus.logs as l where l.log = p_log;
    return next;
end
$$;

comment on function bus.fn_lead_log(smallint, uuid, text) is
    'Makes the caller the one sequencer of a log and answers the term that its calls of bus.fn_sequence() carry; every earlier term gives no places from then '
    'on. created, or replayed for who leads already. When the database goes on elsewhere than where it left off a new epoch begins, and `began` says why: '
    'restored or promoted. One process at a time should ask, kept apart by a lock of its own; two that ask in turn take the log from each other, and nothing '
    'else happens. TB002 for an unknown log, TB004 on a standby.';
