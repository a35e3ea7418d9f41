-- daybook mirror: view market.v_klines_reader
-- needs: market/tables/klines.sql
-- needs: market/views/v_klines_computed_reader.sql
-- needs: ref/tables/instruments.sql

create view market.v_klines_reader as
 SELECT i.venue,
    i.symbol,
    i.kind,
    k.instrument_id,
    k.interval_s,
    k.open_time,
    k.open,
    k.high,
    k.low,
    k.close,
    k.volume,
    k.quote_volume,
    k.trade_count,
    k.taker_buy_volume,
    k.taker_buy_quote_volume,
    k.batch_id,
    NULL::integer AS n_present,
    NULL::integer AS n_expected,
    true AS final
   FROM (market.klines k
     JOIN ref.instruments i ON ((i.instrument_id = k.instrument_id)))
UNION ALL
 SELECT r.venue,
    r.symbol,
    r.kind,
    r.instrument_id,
    r.interval_s,
    r.open_time,
    r.open,
    r.high,
    r.low,
    r.close,
    r.volume,
    r.quote_volume,
    r.trade_count,
    r.taker_buy_volume,
    r.taker_buy_quote_volume,
    NULL::uuid AS batch_id,
    r.n_present,
    r.n_expected,
    r.final
   FROM market.v_klines_computed_reader r
  WHERE (NOT (EXISTS ( SELECT
           FROM market.klines k
          WHERE ((k.instrument_id = r.instrument_id) AND (k.interval_s = r.interval_s) AND (k.open_time = r.open_time)))));

alter view market.v_klines_reader owner to daybook_api;

comment on view market.v_klines_reader is 'Candles with the names of their instrument, delivered ones and those rolled up from minutes: the way for readers. Restrict instrument (or venue, symbol, kind), interval_s and open_time.';
comment on column market.v_klines_reader.batch_id is 'The batch that delivered the candle; null when it is rolled up.';
comment on column market.v_klines_reader.n_present is 'Minutes that a rolled up candle is made of; null when it was delivered.';
comment on column market.v_klines_reader.n_expected is 'Minutes that a rolled up candle covers; null when it was delivered.';
comment on column market.v_klines_reader.final is 'Nothing of it is awaited: delivered candles are closed ones, for others see market.v_klines_computed_reader.';

grant select on market.v_klines_reader to daybook_agent;
grant select on market.v_klines_reader to daybook_app;
grant select on market.v_klines_reader to daybook_bot;
grant select on market.v_klines_reader to daybook_console;
grant select on market.v_klines_reader to daybook_data_writer;
grant select on market.v_klines_reader to daybook_lab_reader;
grant select on market.v_klines_reader to daybook_manager;
grant select on market.v_klines_reader to daybook_risk;
