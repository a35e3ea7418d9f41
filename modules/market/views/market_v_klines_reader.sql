create or replace view market.v_klines_reader as
    select i.venue, i.symbol, i.kind,
           k.instrument_id, k.interval_s, k.open_time, k.open, k.high, k.low, k.close, k.volume, k.quote_volume,
           k.trade_count, k.taker_buy_volume, k.taker_buy_quote_volume, k.batch_id
      from market.klines k
      join ref.instruments i on i.instrument_id = k.instrument_id;
comment on view market.v_klines_reader is
    'Candles with the names of their instrument: the way for readers. Restrict instrument (or venue, symbol, kind), '
    'interval_s and open_time.';
