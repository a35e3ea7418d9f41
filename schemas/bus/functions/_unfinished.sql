-- daybook mirror: function bus._unfinished(p_consumer text, p_after_seq bigint, p_upto_seq bigint)

CREATE OR REPLACE FUNCTION bus._unfinished(p_consumer text, p_after_seq bigint DEFAULT 0, p_upto_seq bigint DEFAULT NULL::bigint)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select exists (select 1
                     from bus.event_retries as r
                    where r.consumer = p_consumer and r.seq > p_after_seq and (p_upto_seq is null or r.seq <= p_upto_seq) and r.replay_id is null)
        or exists (select 1
                     from bus.dead_letters as d
                    where d.consumer = p_consumer and d.seq > p_after_seq and (p_upto_seq is null or d.seq <= p_upto_seq) and d.replay_id is null
                      and d.state = 'pending')
$function$;

alter function bus._unfinished(p_consumer text, p_after_seq bigint, p_upto_seq bigint) owner to daybook_api;

comment on function bus._unfinished(p_consumer text, p_after_seq bigint, p_upto_seq bigint) is 'Whether between these places there are events that a consumer has put down for later, or that wait for a decision.';

revoke execute on function bus._unfinished(p_consumer text, p_after_seq bigint, p_upto_seq bigint) from public;
grant execute on function bus._unfinished(p_consumer text, p_after_seq bigint, p_upto_seq bigint) to daybook_owner;
