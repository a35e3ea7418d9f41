create or replace function bus._consumer(p_consumer text, p_lock boolean default false) returns bus.domain_event_consumers
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_consumer bus.domain_event_consumers;
begin
    if p_lock then
        select * into v_consumer from bus.domain_event_consumers as c where c.consumer = p_consumer for update;
    else
        select * into v_consumer from bus.domain_event_consumers as c where c.consumer = p_consumer;
    end if;
    if v_consumer.consumer is null or v_consumer.dropped_at is not null then
        raise exception 'argument p_consumer names no consumer: %', coalesce(quote_literal(p_consumer), 'null')
            using errcode = 'TB002', hint = 'Declare it with bus.fn_declare_consumer().';
    end if;
    if pg_has_role(session_user, to_regrole(quote_ident(v_consumer.role_name))::oid, 'member') is not true and not bus._reads_log() then
        raise exception 'role % may not use consumer %', quote_literal(session_user), p_consumer
            using errcode = '42501', hint = format('It belongs to role %s; connect as a member of it.', quote_literal(v_consumer.role_name));
    end if;
    return v_consumer;
end
$$;

comment on function bus._consumer(text, boolean) is
    'A declared consumer, locked if asked for. TB002 when there is none of the name, 42501 when it belongs to another role.';
