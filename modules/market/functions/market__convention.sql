create or replace function market._convention(
    p_name text, p_instrument_id uuid, p_stream text, p_source text, p_at timestamptz)
returns table (value text, since timestamptz, reason text)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select c.value, c.since, c.reason
      from ref.instruments i
      join ingest.conventions c on c.venue = i.venue
     where i.instrument_id = p_instrument_id
       and c.name = p_name
       and c.since <= p_at
       and (c.kind is null or c.kind = i.kind)
       and (c.stream is null or c.stream = p_stream)
       and (c.source is null or c.source = p_source)
       and (c.instrument_id is null or c.instrument_id = p_instrument_id)
     order by c.instrument_id is not null desc, c.source is not null desc, c.stream is not null desc, c.kind is not null desc,
              c.since desc, c.stated_at desc, c.convention_id desc
     limit 1
$$;
comment on function market._convention(text, uuid, text, text, timestamptz) is
    'The convention of that name that holds for a row of that series and time (ingest.conventions); no row when none is known.';
