-- Runs as the owner of the tables, who alone may lock the log against its writers: for a moment, when an epoch begins.
-- daybook-lint: allow state-change-without-event until 2028-06-30: the place of an event is no event
create or replace function bus._begin_epoch(p_log smallint, p_reason text) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_log bus.logs;
    v_anchor bigint;
    v_places bigint;
begin
    -- Restored data lies in another cluster, where transactions count anew. Whoever emits now has to end first, and whoever comes
    -- later draws a higher id. A standby that was promoted goes on with the transactions that it knows, open ones of two phases included.
    if p_reason = 'restored' then
        lock table bus.domain_events in share row exclusive mode;
        select case when s.is_called then s.last_value else s.last_value - 1 end into v_anchor from bus.domain_events_id_seq as s;
    end if;
    select * into strict v_log from bus.logs as l where l.log = p_log for update;
    insert into bus.event_seq (log, seq, epoch, id, sequenced_at)
    select p_log, v_log.last_seq + row_number() over (order by d.id), v_log.epoch + 1, d.id, clock_timestamp()
      from bus.domain_events as d
     where d.id <= v_anchor
       and not exists (select 1 from bus.event_seq as s where s.log = p_log and s.id = d.id);
    get diagnostics v_places = row_count;

    update bus.logs as l
       set epoch = l.epoch + 1, last_seq = l.last_seq + v_places, system_id = c.system_id, timeline = c.timeline,
           seen = case when v_anchor is null then l.seen else pg_current_snapshot() end,
           seen_by = case when v_anchor is null then l.seen_by else pg_current_xact_id() end, anchor_id = coalesce(v_anchor, l.anchor_id)
      from bus._cluster_identity() as c
     where l.log = p_log;
    insert into bus.log_epochs (log, epoch, after_seq, reason, system_id, timeline)
    select l.log, l.epoch, v_log.last_seq, p_reason, l.system_id, l.timeline
      from bus.logs as l
     where l.log = p_log;
end
$$;

comment on function bus._begin_epoch(smallint, text) is
    'Begins an epoch of a log. After a restore every event that has no place gets one, in the order of emit ids, and what comes later is found by the '
    'transaction ids of this cluster; that waits for transactions that have emitted and holds off others until its own ends. After a promotion nothing '
    'but the number of the epoch changes.';
