-- daybook mirror: function market.fn_verify_rollups(p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone)

CREATE OR REPLACE FUNCTION market.fn_verify_rollups(p_instrument_id uuid, p_from timestamp with time zone DEFAULT NULL::timestamp with time zone, p_to timestamp with time zone DEFAULT NULL::timestamp with time zone)
 RETURNS TABLE(interval_s integer, buckets bigint, missing bigint, extra bigint, different bigint, pending bigint, first_wrong timestamp with time zone)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
declare
    c_part constant interval := interval '31 days';
    v_days constant tstzrange := market._rollup_days(p_instrument_id, p_from, p_to);
begin
    return query
        select v.interval_s, sum(v.buckets)::bigint, sum(v.missing)::bigint, sum(v.extra)::bigint, sum(v.different)::bigint,
               sum(v.pending)::bigint, min(v.first_wrong)
          from generate_series(lower(v_days), upper(v_days) - interval '1 day', c_part) as p(day)
          cross join lateral market._verify_rollup_days(p_instrument_id, v_days * tstzrange(p.day, p.day + c_part)) v
         group by v.interval_s
         order by v.interval_s;
end
$function$;

alter function market.fn_verify_rollups(p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) owner to daybook_api;

comment on function market.fn_verify_rollups(p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) is 'Makes the buckets of an instrument from its minutes, for the days of UTC from p_from to p_to (null: the ends of the series), and compares them with those that stand, bit for bit. One row a length: how many there are, missing, extra or different ones with the first such, and those that wait to be rolled up (pending), which are not compared; no row without minutes. TB001 no range, TB002 unknown instrument.';

revoke execute on function market.fn_verify_rollups(p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) from public;
grant execute on function market.fn_verify_rollups(p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_console;
grant execute on function market.fn_verify_rollups(p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_data_writer;
grant execute on function market.fn_verify_rollups(p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_owner;
