-- What a venue delivered itself goes before what is made of its minutes; market.v_klines_computed_reader shows the latter always.
-- The two never repeat a candle: a bucket is left out where a delivered candle stands.
create or replace view market.v_klines_reader as
    select i.venue, i.symbol, i.kind,
           k.instrument_id, k.interval_s, k.open_time, k.open, k.high, k.low, k.close, k.volume, k.quote_volume,
           k.trade_count, k.taker_buy_volume, k.taker_buy_quote_volume, k.batch_id,
           null::integer as n_present, null::integer as n_expected, true as final
      from market.klines k
      join ref.instruments i on i.instrument_id = k.instrument_id
    union all
    select r.venue, r.symbol, r.kind,
           r.instrument_id, r.interval_s, r.open_time, r.open, r.high, r.low, r.close, r.volume, r.quote_volume,
           r.trade_count, r.taker_buy_volume, r.taker_buy_quote_volume, null::uuid,
           r.n_present, r.n_expected, r.final
      from market.v_klines_computed_reader r
     where not exists (
         select
           from market.klines k
          where k.instrument_id = r.instrument_id and k.interval_s = r.interval_s and k.open_time = r.open_time);
comment on view market.v_klines_reader is
    'Candles with the names of their instrument, delivered ones and those rolled up from minutes: the way for readers. Restrict '
    'instrument (or venue, symbol, kind), interval_s and open_time.';
comment on column market.v_klines_reader.batch_id is 'The batch that delivered the candle; null when it is rolled up.';
comment on column market.v_klines_reader.n_present is 'Minutes that a rolled up candle is made of; null when it was delivered.';
comment on column market.v_klines_reader.n_expected is 'Minutes that a rolled up candle covers; null when it was delivered.';
comment on column market.v_klines_reader.final is
    'Nothing of it is awaited: delivered candles are closed ones, for others see market.v_klines_computed_reader.';
