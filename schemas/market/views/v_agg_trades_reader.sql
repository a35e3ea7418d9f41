-- daybook mirror: view market.v_agg_trades_reader
-- needs: market/tables/agg_trades.sql
-- needs: ref/tables/instruments.sql

create view market.v_agg_trades_reader as
 SELECT i.venue,
    i.symbol,
    i.kind,
    t.instrument_id,
    t.agg_trade_id,
    t.trade_time,
    t.price,
    t.quantity,
    t.first_trade_id,
    t.last_trade_id,
    t.buyer_is_maker,
    t.batch_id
   FROM (market.agg_trades t
     JOIN ref.instruments i ON ((i.instrument_id = t.instrument_id)));

alter view market.v_agg_trades_reader owner to daybook_api;

comment on view market.v_agg_trades_reader is 'Aggregate trades with the names of their instrument: the way for readers. Restrict instrument and trade_time.';

grant select on market.v_agg_trades_reader to daybook_agent;
grant select on market.v_agg_trades_reader to daybook_app;
grant select on market.v_agg_trades_reader to daybook_bot;
grant select on market.v_agg_trades_reader to daybook_console;
grant select on market.v_agg_trades_reader to daybook_data_writer;
grant select on market.v_agg_trades_reader to daybook_lab_reader;
grant select on market.v_agg_trades_reader to daybook_manager;
grant select on market.v_agg_trades_reader to daybook_risk;
