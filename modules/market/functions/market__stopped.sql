create or replace function market._stopped(p_instrument_id uuid, p_stream text, p_source text)
returns tstzmultirange
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(range_agg(tstzrange(c.since, c.until)) filter (where c.value = 'no'), '{}'::tstzmultirange)
      from (select k.value, s.since, lead(s.since) over (order by s.since) as until
              from (select distinct a.since
                      from ref.instruments i
                      join ingest.conventions a on a.venue = i.venue
                     where i.instrument_id = p_instrument_id and a.name = 'published') s
              cross join lateral market._convention('published', p_instrument_id, p_stream, p_source, s.since) k) c
$$;
comment on function market._stopped(uuid, text, text) is
    'Times in which a series is known not to be published (ingest.conventions).';
