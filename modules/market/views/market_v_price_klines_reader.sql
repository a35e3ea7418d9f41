create or replace view market.v_price_klines_reader as
    select i.venue, i.symbol, i.kind,
           k.instrument_id, k.price, k.interval_s, k.open_time, k.open, k.high, k.low, k.close, k.batch_id
      from market.price_klines k
      join ref.instruments i on i.instrument_id = k.instrument_id;
comment on view market.v_price_klines_reader is
    'Candles of mark price, index price, premium index, bid and ask with the names of their instrument: the way for readers. Restrict instrument, price, interval_s and open_time.';
