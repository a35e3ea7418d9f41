create or replace function market.fn_latest_prices(p_instrument_ids uuid[] default null)
returns table (
    instrument_id uuid, venue text, symbol text, kind text, last_price double precision, last_time timestamptz, last_stream text,
    bid_price double precision, bid_quantity double precision, ask_price double precision, ask_quantity double precision,
    quote_time timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_instrument_ids is null then
        return query
            select l.instrument_id, i.venue, i.symbol, i.kind, l.last_price, l.last_time, l.last_stream, l.bid_price, l.bid_quantity,
                   l.ask_price, l.ask_quantity, l.quote_time
              from market.ticker_latest as l
              join ref.instruments as i on i.instrument_id = l.instrument_id;
    else
        return query
            select l.instrument_id, i.venue, i.symbol, i.kind, l.last_price, l.last_time, l.last_stream, l.bid_price, l.bid_quantity,
                   l.ask_price, l.ask_quantity, l.quote_time
              from market.ticker_latest as l
              join ref.instruments as i on i.instrument_id = l.instrument_id
             where l.instrument_id = any (p_instrument_ids);
    end if;
end
$$;
comment on function market.fn_latest_prices(uuid[]) is
    'The latest price and quote of the instruments named, or of all (null), in no order. One without a price or quote yet is not among them; '
    'what is not known of one is null. Costs one look by key for each instrument, whatever the series hold.';
