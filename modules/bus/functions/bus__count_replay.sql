create or replace function bus._count_replay(
    p_consumer bus.domain_event_consumers, p_from_seq bigint, p_to_seq bigint, p_event_types text[], p_aggregate_type text, p_aggregate_id text)
returns bigint
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_whole bus.domain_event_consumers := p_consumer;
begin
    v_whole.members := 1;
    v_whole.event_types := coalesce(p_event_types, p_consumer.event_types);
    return (select count(*)
              from bus._page(v_whole, 0::smallint, p_from_seq - 1, p_to_seq, null) as e
             where (p_aggregate_type is null or e.aggregate_type = p_aggregate_type)
               and (p_aggregate_id is null or e.aggregate_id = p_aggregate_id));
end
$$;

comment on function bus._count_replay(bus.domain_event_consumers, bigint, bigint, text[], text, text) is 'How many events a replay would hand out.';
