create or replace view market.v_latest_prices as
    select i.venue, i.symbol, i.kind,
           l.instrument_id, l.last_price, l.last_time, l.last_stream, l.bid_price, l.bid_quantity, l.ask_price, l.ask_quantity,
           (l.bid_price + l.ask_price) / 2 as mid_price, l.quote_time
      from market.ticker_latest l
      join ref.instruments i on i.instrument_id = l.instrument_id;
comment on view market.v_latest_prices is
    'The latest price and quote of each instrument. last_time says when the price was, quote_time when bid and ask were: how old they may be is for the reader to decide.';
