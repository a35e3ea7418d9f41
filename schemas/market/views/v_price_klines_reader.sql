-- daybook mirror: view market.v_price_klines_reader
-- needs: market/tables/price_klines.sql
-- needs: ref/tables/instruments.sql

create view market.v_price_klines_reader as
 SELECT i.venue,
    i.symbol,
    i.kind,
    k.instrument_id,
    k.price,
    k.interval_s,
    k.open_time,
    k.open,
    k.high,
    k.low,
    k.close,
    k.batch_id
   FROM (market.price_klines k
     JOIN ref.instruments i ON ((i.instrument_id = k.instrument_id)));

alter view market.v_price_klines_reader owner to daybook_api;

comment on view market.v_price_klines_reader is 'Candles of mark price, index price, premium index, bid and ask with the names of their instrument: the way for readers. Restrict instrument, price, interval_s and open_time.';

grant select on market.v_price_klines_reader to daybook_agent;
grant select on market.v_price_klines_reader to daybook_app;
grant select on market.v_price_klines_reader to daybook_bot;
grant select on market.v_price_klines_reader to daybook_console;
grant select on market.v_price_klines_reader to daybook_data_writer;
grant select on market.v_price_klines_reader to daybook_lab_reader;
grant select on market.v_price_klines_reader to daybook_manager;
grant select on market.v_price_klines_reader to daybook_risk;
