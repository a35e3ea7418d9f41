-- daybook mirror: view market.v_klines_computed_reader
-- needs: market/tables/klines_rollup.sql
-- needs: market/tables/rollup_dirty.sql
-- needs: ref/tables/instruments.sql

create view market.v_klines_computed_reader as
 SELECT i.venue,
    i.symbol,
    i.kind,
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
    r.n_present,
    (r.interval_s / 60) AS n_expected,
    (r.final AND (NOT (EXISTS ( SELECT
           FROM market.rollup_dirty d
          WHERE ((d.instrument_id = r.instrument_id) AND (d.spans && tstzrange(r.open_time, (r.open_time + make_interval(secs => (r.interval_s)::double precision))))))))) AS final
   FROM (market.klines_rollup r
     JOIN ref.instruments i ON ((i.instrument_id = r.instrument_id)));

alter view market.v_klines_computed_reader owner to daybook_api;

comment on view market.v_klines_computed_reader is 'Candles of 5 and 15 minutes, 1 and 4 hours and 1 day made of one-minute candles, with the names of their instrument, whether or not the venue delivered its own. Restrict instrument (or venue, symbol, kind), interval_s and open_time.';
comment on column market.v_klines_computed_reader.n_present is 'Minutes that stand.';
comment on column market.v_klines_computed_reader.n_expected is 'Minutes that the bucket has.';
comment on column market.v_klines_computed_reader.final is 'Every minute is there, or a source has delivered past the end; no open repair touches it; and no minute of it waits to be rolled up.';

grant select on market.v_klines_computed_reader to daybook_agent;
grant select on market.v_klines_computed_reader to daybook_app;
grant select on market.v_klines_computed_reader to daybook_bot;
grant select on market.v_klines_computed_reader to daybook_console;
grant select on market.v_klines_computed_reader to daybook_data_writer;
grant select on market.v_klines_computed_reader to daybook_lab_reader;
grant select on market.v_klines_computed_reader to daybook_manager;
grant select on market.v_klines_computed_reader to daybook_risk;
