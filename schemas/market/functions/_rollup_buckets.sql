-- daybook mirror: function market._rollup_buckets(p_spans tstzmultirange, p_interval_s integer)

CREATE OR REPLACE FUNCTION market._rollup_buckets(p_spans tstzmultirange, p_interval_s integer)
 RETURNS tstzmultirange
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_origin constant timestamptz := '1970-01-01 00:00:00+00';
    c_tick   constant interval := interval '1 microsecond';
    v_step   constant interval := make_interval(secs => p_interval_s);
begin
    return (
        select range_agg(tstzrange(date_bin(v_step, lower(s.span), c_origin),
                                   date_bin(v_step, upper(s.span) - case when upper_inc(s.span) then interval '0' else c_tick end, c_origin)
                                   + v_step))
          from unnest(p_spans) as s(span));
end
$function$;

alter function market._rollup_buckets(p_spans tstzmultirange, p_interval_s integer) owner to daybook_api;

comment on function market._rollup_buckets(p_spans tstzmultirange, p_interval_s integer) is 'The buckets of that length, in seconds, that the times touch, adjoining ones as one range; null for none.';

revoke execute on function market._rollup_buckets(p_spans tstzmultirange, p_interval_s integer) from public;
grant execute on function market._rollup_buckets(p_spans tstzmultirange, p_interval_s integer) to daybook_owner;
