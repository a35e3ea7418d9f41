create or replace view market.v_klines_computed_reader as
    select i.venue, i.symbol, i.kind,
           r.instrument_id, r.interval_s, r.open_time, r.open, r.high, r.low, r.close, r.volume, r.quote_volume,
           r.trade_count, r.taker_buy_volume, r.taker_buy_quote_volume, r.n_present, r.interval_s / 60 as n_expected,
           r.final and not exists (
               select
                 from market.rollup_dirty d
                where d.instrument_id = r.instrument_id
                  and d.spans && tstzrange(r.open_time, r.open_time + make_interval(secs => r.interval_s))) as final
      from market.klines_rollup r
      join ref.instruments i on i.instrument_id = r.instrument_id;
comment on view market.v_klines_computed_reader is
    'Candles of 5 and 15 minutes, 1 and 4 hours and 1 day made of one-minute candles, with the names of their instrument, '
    'whether or not the venue delivered its own. Restrict instrument (or venue, symbol, kind), interval_s and open_time.';
comment on column market.v_klines_computed_reader.n_present is 'Minutes that stand.';
comment on column market.v_klines_computed_reader.n_expected is 'Minutes that the bucket has.';
comment on column market.v_klines_computed_reader.final is
    'Every minute is there, or a source has delivered past the end; no open repair touches it; and no minute of it waits to be '
    'rolled up.';
