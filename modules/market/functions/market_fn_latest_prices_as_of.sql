create or replace function market.fn_latest_prices_as_of(p_known_at timestamptz, p_instrument_ids uuid[] default null)
returns table (
    instrument_id uuid, venue text, symbol text, kind text, last_price double precision, last_time timestamptz, last_stream text,
    bid_price double precision, bid_quantity double precision, ask_price double precision, ask_quantity double precision,
    quote_time timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    c_order constant text[] := array['klines', 'agg_trades', 'trades'];
begin
    if p_known_at is null or not isfinite(p_known_at) then
        raise exception 'p_known_at is not a moment: %', coalesce(p_known_at::text, 'null')
            using errcode = 'TB001', hint = 'Name the moment whose knowledge is asked for; market.fn_latest_prices tells what is known now.';
    end if;
    return query
        with newest as materialized (
            select s.instrument_id, s.stream, n.content,
                   n.row_time + make_interval(secs => coalesce(s.interval_s, 0)) as at,
                   coalesce(s.interval_s, (n.content ->> 'agg_trade_id')::bigint, (n.content ->> 'trade_id')::bigint) as id
              from (select distinct b.stream, b.instrument_id, b.interval_s
                      from ingest.batches b
                     where b.verdict = 'loaded' and b.stream in ('klines', 'agg_trades', 'trades', 'book_tickers')
                       and b.closed_at <= p_known_at and (p_instrument_ids is null or b.instrument_id = any (p_instrument_ids))) s
             cross join lateral market._newest_as_of(s.stream, s.instrument_id, s.interval_s, p_known_at) n
        ), prices as (
            select distinct on (n.instrument_id) n.*
              from newest n
             where n.stream <> 'book_tickers'
             order by n.instrument_id, n.at desc, array_position(c_order, n.stream) desc, n.id desc
        )
        select i.instrument_id, i.venue, i.symbol, i.kind,
               coalesce(p.content ->> 'price', p.content ->> 'close')::double precision, p.at, p.stream,
               (q.content ->> 'bid_price')::double precision, (q.content ->> 'bid_quantity')::double precision,
               (q.content ->> 'ask_price')::double precision, (q.content ->> 'ask_quantity')::double precision, q.at
          from prices p
          full join (select n.* from newest n where n.stream = 'book_tickers') q on q.instrument_id = p.instrument_id
          join ref.instruments i on i.instrument_id = coalesce(p.instrument_id, q.instrument_id)
         order by i.venue, i.kind, i.symbol;
end
$$;
comment on function market.fn_latest_prices_as_of(timestamptz, uuid[]) is
    'The latest price and quote of the instruments named, or of all (null), as the series knew them at p_known_at, in the order of their '
    'names: what market.fn_latest_prices would have answered then of rows that stood. Reads the series backwards from that moment, past '
    'what came later. TB001 without a moment.';
