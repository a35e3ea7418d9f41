create or replace function bus.fn_drop_consumer(p_consumer text, p_ctx jsonb default null)
returns table (outcome text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_dropped_at timestamptz;
begin
    -- Whoever drops it at the same moment is waited for, and then has dropped it.
    select c.dropped_at into v_dropped_at from bus.domain_event_consumers as c where c.consumer = p_consumer for update;
    if v_dropped_at is not null then
        outcome := 'replayed';
        return next;
        return;
    end if;
    perform bus._consumer(p_consumer, true);
    update bus.domain_event_consumers as c set dropped_at = clock_timestamp() where c.consumer = p_consumer;
    delete from bus.consumer_cursors as k where k.consumer = p_consumer;
    delete from bus.event_retries as r where r.consumer = p_consumer;
    update bus.replays as r set state = 'cancelled', ended_at = clock_timestamp() where r.consumer = p_consumer and r.state = 'running';
    update bus.dead_letters as d
       set state = 'discarded', resolved_at = clock_timestamp(), resolved_by = session_user, reason = 'its consumer was dropped', ctx = v_ctx
     where d.consumer = p_consumer and d.state in ('pending', 'redriven');
    perform bus._emit_consumer('bus.consumer_dropped', p_consumer, jsonb_build_object('consumer', p_consumer), v_ctx);
    outcome := 'created';
    return next;
end
$$;

comment on function bus.fn_drop_consumer(text, jsonb) is
    'Drops a consumer: its place and what it had put down for later are forgotten, its holder is fenced, and events are no longer kept for it. created, or replayed when it was dropped '
    'already. TB002 when there never was one, 42501 for one of another role.';
