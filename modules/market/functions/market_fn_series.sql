create or replace function market.fn_series(p_stream text default null)
returns table (
    stream text, instrument_id uuid, venue text, symbol text, kind text, interval_s integer, batches bigint, first_time timestamptz,
    last_time timestamptz)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select b.stream, b.instrument_id, i.venue, i.symbol, i.kind, b.interval_s, count(*), min(b.first_time), max(b.last_time)
      from ingest.batches b
      left join ref.instruments i on i.instrument_id = b.instrument_id
     where b.verdict = 'loaded' and (p_stream is null or b.stream = p_stream)
     group by b.stream, b.instrument_id, i.venue, i.symbol, i.kind, b.interval_s
     order by b.stream, i.venue, i.kind, i.symbol, b.interval_s
$$;
comment on function market.fn_series(text) is
    'The series of a stream (null: of all) of which a batch was ever loaded, with the names of their instrument, how many batches, and the '
    'first and last time among their rows.';
