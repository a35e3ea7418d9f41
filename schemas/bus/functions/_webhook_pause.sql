-- daybook mirror: function bus._webhook_pause(p_first_ms integer, p_failures integer, p_longest interval)

CREATE OR REPLACE FUNCTION bus._webhook_pause(p_first_ms integer, p_failures integer, p_longest interval)
 RETURNS interval
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select least(make_interval(secs => p_first_ms / 1000.0 * 2 ^ least(greatest(p_failures, 1) - 1, 30)), p_longest) * (0.75 + random() / 2)
$function$;

alter function bus._webhook_pause(p_first_ms integer, p_failures integer, p_longest interval) owner to daybook_api;

comment on function bus._webhook_pause(p_first_ms integer, p_failures integer, p_longest interval) is 'How long to wait after so many failures: the first pause, doubled with each further one up to the longest, give or take a quarter, so that those that failed together do not come back together.';

revoke execute on function bus._webhook_pause(p_first_ms integer, p_failures integer, p_longest interval) from public;
grant execute on function bus._webhook_pause(p_first_ms integer, p_failures integer, p_longest interval) to daybook_owner;
