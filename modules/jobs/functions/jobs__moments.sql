-- A clock that is put forward leaves times out, one that is put back shows some twice. What the zone's distance from UTC is a day before and a day after says
-- which moments a time of the clock can be; those that show it are.
-- daybook-lint: allow prefer-timestamp-tz until 2028-06-30: what a clock shows is no moment
create or replace function jobs._moments(p_local timestamp, p_time_zone text) returns timestamptz[]
language sql stable strict
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(array_agg(distinct m.moment order by m.moment), '{}')
      from unnest(array[p_local at time zone 'UTC' - interval '1 day', p_local at time zone 'UTC' + interval '1 day']) as d (near)
     cross join lateral (select (p_local - (d.near at time zone p_time_zone - d.near at time zone 'UTC')) at time zone 'UTC') as m (moment)
     where m.moment at time zone p_time_zone = p_local
$$;

comment on function jobs._moments(timestamp, text) is 'The moments at which the clock of a time zone shows a time: usually one, none where it is left out, two where it comes twice.';
