create or replace function market._rollup_buckets(p_spans tstzmultirange, p_interval_s integer)
returns tstzmultirange
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function market._rollup_buckets(tstzmultirange, integer) is
    'The buckets of that length, in seconds, that the times touch, adjoining ones as one range; null for none.';
