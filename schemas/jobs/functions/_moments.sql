-- daybook mirror: function jobs._moments(p_local timestamp without time zone, p_time_zone text)

CREATE OR REPLACE FUNCTION jobs._moments(p_local timestamp without time zone, p_time_zone text)
 RETURNS timestamp with time zone[]
 LANGUAGE sql
 STABLE STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select coalesce(array_agg(distinct m.moment order by m.moment), '{}')
      from unnest(array[p_local at time zone 'UTC' - interval '1 day', p_local at time zone 'UTC' + interval '1 day']) as d (near)
     cross join lateral (select (p_local - (d.near at time zone p_time_zone - d.near at time zone 'UTC')) at time zone 'UTC') as m (moment)
     where m.moment at time zone p_time_zone = p_local
$function$;

alter function jobs._moments(p_local timestamp without time zone, p_time_zone text) owner to daybook_api;

comment on function jobs._moments(p_local timestamp without time zone, p_time_zone text) is 'The moments at which the clock of a time zone shows a time: usually one, none where it is left out, two where it comes twice.';

revoke execute on function jobs._moments(p_local timestamp without time zone, p_time_zone text) from public;
grant execute on function jobs._moments(p_local timestamp without time zone, p_time_zone text) to daybook_owner;
