-- daybook mirror: function bus._count_replay(p_consumer bus.domain_event_consumers, p_from_seq bigint, p_to_seq bigint, p_event_types text[], p_aggregate_type text, p_aggregate_id text)
-- needs: bus/tables/domain_event_consumers.sql

CREATE OR REPLACE FUNCTION bus._count_replay(p_consumer bus.domain_event_consumers, p_from_seq bigint, p_to_seq bigint, p_event_types text[], p_aggregate_type text, p_aggregate_id text)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

alter function bus._count_replay(p_consumer bus.domain_event_consumers, p_from_seq bigint, p_to_seq bigint, p_event_types text[], p_aggregate_type text, p_aggregate_id text) owner to daybook_api;

comment on function bus._count_replay(p_consumer bus.domain_event_consumers, p_from_seq bigint, p_to_seq bigint, p_event_types text[], p_aggregate_type text, p_aggregate_id text) is 'How many events a replay would hand out.';

revoke execute on function bus._count_replay(p_consumer bus.domain_event_consumers, p_from_seq bigint, p_to_seq bigint, p_event_types text[], p_aggregate_type text, p_aggregate_id text) from public;
grant execute on function bus._count_replay(p_consumer bus.domain_event_consumers, p_from_seq bigint, p_to_seq bigint, p_event_types text[], p_aggregate_type text, p_aggregate_id text) to daybook_owner;
