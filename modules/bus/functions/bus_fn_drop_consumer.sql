create or replace function bus.fn_drop_consumer(p_consumer text, p_ctx jsonb default null)
returns table (outcome text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_consumer bus.domain_event_consumers;
begin
    select * into v_consumer from bus.domain_event_consumers as c where c.consumer = p_consumer and c.dropped_at is not null;
    if found then
        outcome := 'replayed';
        return next;
        return;
    end if;
    v_consumer := bus._consumer(p_consumer, true);
    update bus.domain_event_consumers as c
       set dropped_at = clock_timestamp(), version = c.version + 1, ctx = v_ctx
     where c.consumer = p_consumer;
    delete from bus.consumer_cursors as k where k.consumer = p_consumer;
    perform bus._emit_versioned('bus.consumer_dropped', p_consumer, v_consumer.version + 1, jsonb_build_object('consumer', p_consumer),
                                null, null, null, v_ctx);
    outcome := 'created';
    return next;
end
$$;

comment on function bus.fn_drop_consumer(text, jsonb) is
    'Drops a consumer: its place is forgotten, its holder is fenced, and events are no longer kept for it. created, or replayed when it was dropped '
    'already. TB002 when there never was one, 42501 for one of another role.';
