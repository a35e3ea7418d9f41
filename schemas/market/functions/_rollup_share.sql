-- daybook mirror: function market._rollup_share(p_spans tstzmultirange)

CREATE OR REPLACE FUNCTION market._rollup_share(p_spans tstzmultirange)
 RETURNS double precision
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select extract(epoch from sum(upper(s.span) - lower(s.span)))
           / nullif(extract(epoch from upper(p_spans) - lower(p_spans)), 0)
      from unnest(p_spans) as s(span)
$function$;

alter function market._rollup_share(p_spans tstzmultirange) owner to daybook_api;

comment on function market._rollup_share(p_spans tstzmultirange) is 'How much of the time from the first moment to the last one the ranges cover, from 0 to 1.';

revoke execute on function market._rollup_share(p_spans tstzmultirange) from public;
grant execute on function market._rollup_share(p_spans tstzmultirange) to daybook_owner;
