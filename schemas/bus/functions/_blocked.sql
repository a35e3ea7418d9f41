-- daybook mirror: function bus._blocked(p_consumer text, p_aggregate_type text, p_aggregate_id text, p_seq bigint)

CREATE OR REPLACE FUNCTION bus._blocked(p_consumer text, p_aggregate_type text, p_aggregate_id text, p_seq bigint)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select exists (select 1
                     from bus.event_retries as r
                    where r.consumer = p_consumer and r.aggregate_type = p_aggregate_type and r.aggregate_id = p_aggregate_id
                      and r.seq < p_seq and r.replay_id is null)
        or exists (select 1
                     from bus.dead_letters as d
                    where d.consumer = p_consumer and d.aggregate_type = p_aggregate_type and d.aggregate_id = p_aggregate_id
                      and d.seq < p_seq and d.replay_id is null and d.state = 'pending')
$function$;

alter function bus._blocked(p_consumer text, p_aggregate_type text, p_aggregate_id text, p_seq bigint) owner to daybook_api;

comment on function bus._blocked(p_consumer text, p_aggregate_type text, p_aggregate_id text, p_seq bigint) is 'Whether an earlier event of the aggregate failed, and is tried again or waits for a decision.';

revoke execute on function bus._blocked(p_consumer text, p_aggregate_type text, p_aggregate_id text, p_seq bigint) from public;
grant execute on function bus._blocked(p_consumer text, p_aggregate_type text, p_aggregate_id text, p_seq bigint) to daybook_owner;
