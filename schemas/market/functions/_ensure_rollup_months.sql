-- daybook mirror: function market._ensure_rollup_months(p_from timestamp with time zone, p_to timestamp with time zone)

CREATE OR REPLACE FUNCTION market._ensure_rollup_months(p_from timestamp with time zone, p_to timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform market._make_months('klines_rollup', p_from, p_to);
end
$function$;

alter function market._ensure_rollup_months(p_from timestamp with time zone, p_to timestamp with time zone) owner to daybook_owner;

comment on function market._ensure_rollup_months(p_from timestamp with time zone, p_to timestamp with time zone) is 'Makes the monthly partitions of market.klines_rollup that are missing from p_from to p_to.';

revoke execute on function market._ensure_rollup_months(p_from timestamp with time zone, p_to timestamp with time zone) from public;
grant execute on function market._ensure_rollup_months(p_from timestamp with time zone, p_to timestamp with time zone) to daybook_api;
