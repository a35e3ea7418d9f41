create or replace function market._rollup_share(p_spans tstzmultirange)
returns double precision
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
    select extract(epoch from sum(upper(s.span) - lower(s.span)))
           / nullif(extract(epoch from upper(p_spans) - lower(p_spans)), 0)
      from unnest(p_spans) as s(span)
$$;
comment on function market._rollup_share(tstzmultirange) is
    'How much of the time from the first moment to the last one the ranges cover, from 0 to 1.';
