create or replace function market.fn_repairs(
    p_status        text default 'open',
    p_stream        text default null,
    p_instrument_id uuid default null)
returns table (
    repair_id uuid, stream text, instrument_id uuid, venue text, symbol text, kind text, from_id bigint, to_id bigint, missing bigint,
    before_time timestamptz, after_time timestamptz, status text, opened_at timestamptz, closed_at timestamptz, reason text)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select r.repair_id, r.stream, r.instrument_id, i.venue, i.symbol, i.kind, r.from_id, r.to_id,
           r.to_id - r.from_id + 1
           - case r.status when 'filled' then r.to_id - r.from_id + 1
                           else market._ids_received(r.stream, r.instrument_id, r.from_id, r.to_id, r.before_time, r.after_time) end,
           r.before_time, r.after_time, r.status, r.opened_at, r.closed_at, r.reason
      from ingest.repairs r
      join ref.instruments i on i.instrument_id = r.instrument_id
     where (p_status is null or r.status = p_status)
       and (p_stream is null or r.stream = p_stream)
       and (p_instrument_id is null or r.instrument_id = p_instrument_id)
     order by i.venue, i.kind, i.symbol, r.stream, r.from_id, r.opened_at
$$;
comment on function market.fn_repairs(text, text, uuid) is
    'Repairs of holes in ids, of one status, stream or instrument (null: of all), with how many ids each still lacks.';
