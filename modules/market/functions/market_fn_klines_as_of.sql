-- Values stood from the closing of their batch until that of the batch that superseded them; corrections and their ends are batches
-- too. Those that lost as they arrived never stood.
create or replace function market.fn_klines_as_of(
    p_instrument_id uuid,
    p_interval_s    integer,
    p_from          timestamptz,
    p_to            timestamptz,
    p_known_at      timestamptz)
returns table (
    open_time              timestamptz,
    open                   double precision,
    high                   double precision,
    low                    double precision,
    close                  double precision,
    volume                 double precision,
    quote_volume           double precision,
    trade_count            bigint,
    taker_buy_volume       double precision,
    taker_buy_quote_volume double precision,
    batch_id               uuid,
    known_since            timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
begin
    if p_instrument_id is null or p_interval_s is null or p_known_at is null then
        raise exception 'p_instrument_id, p_interval_s or p_known_at is null'
            using errcode = 'TB001', hint = 'Name the series, and the moment whose knowledge is asked for.';
    end if;
    return query
        with former as materialized (
            select distinct on (s.row_time) s.row_time, s.row, s.batch_id, b.closed_at
              from market.superseded s
              join ingest.batches b on b.batch_id = s.batch_id
              join ingest.batches w on w.batch_id = s.superseded_by
             where s.stream = 'klines' and s.instrument_id = p_instrument_id and s.interval_s = p_interval_s and s.line = 0
               and s.row_time >= coalesce(p_from, '-infinity') and s.row_time < coalesce(p_to, 'infinity')
               and b.closed_at <= p_known_at and greatest(s.superseded_at, w.closed_at) > p_known_at
             order by s.row_time, b.closed_at desc, s.batch_id desc
        ), present as (
            select k.open_time, k.open, k.high, k.low, k.close, k.volume, k.quote_volume, k.trade_count, k.taker_buy_volume,
                   k.taker_buy_quote_volume, k.batch_id, b.closed_at
              from market.klines k
              join ingest.batches b on b.batch_id = k.batch_id
             where k.instrument_id = p_instrument_id and k.interval_s = p_interval_s
               and k.open_time >= coalesce(p_from, '-infinity') and k.open_time < coalesce(p_to, 'infinity')
               and b.closed_at <= p_known_at
               and not exists (select from former f where f.row_time = k.open_time and f.closed_at > b.closed_at)
        )
        select p.* from present p
        union all
        select f.row_time, r.open, r.high, r.low, r.close, r.volume, r.quote_volume, r.trade_count, r.taker_buy_volume,
               r.taker_buy_quote_volume, f.batch_id, f.closed_at
          from former f
          cross join lateral jsonb_populate_record(null::market.klines, f.row) r
         where not exists (select from present p where p.open_time = f.row_time)
         order by 1;
end
$$;
comment on function market.fn_klines_as_of(uuid, integer, timestamptz, timestamptz, timestamptz) is
    'The candles of a series from p_from (included) to p_to (excluded) as they were known at p_known_at, oldest first: of each the '
    'values that had been loaded by then, whatever replaced them since, with the batch that brought them and known_since, when that '
    'batch was closed. A null end is no limit. TB001 when an argument is missing.';
