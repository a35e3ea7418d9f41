-- daybook mirror: view market.v_ticker_ticks_reader
-- needs: market/tables/ticker_ticks.sql
-- needs: ref/tables/instruments.sql

create view market.v_ticker_ticks_reader as
 SELECT i.venue,
    i.symbol,
    i.kind,
    q.instrument_id,
    q.update_id,
    q.event_time,
    q.transaction_time,
    q.received_at,
    q.bid_price,
    q.bid_quantity,
    q.ask_price,
    q.ask_quantity,
    q.batch_id
   FROM (market.ticker_ticks q
     JOIN ref.instruments i ON ((i.instrument_id = q.instrument_id)));

alter view market.v_ticker_ticks_reader owner to daybook_api;

comment on view market.v_ticker_ticks_reader is 'Best bids and asks with the names of their instrument: the way for readers. Restrict instrument and event_time.';

grant select on market.v_ticker_ticks_reader to daybook_agent;
grant select on market.v_ticker_ticks_reader to daybook_app;
grant select on market.v_ticker_ticks_reader to daybook_bot;
grant select on market.v_ticker_ticks_reader to daybook_console;
grant select on market.v_ticker_ticks_reader to daybook_data_writer;
grant select on market.v_ticker_ticks_reader to daybook_lab_reader;
grant select on market.v_ticker_ticks_reader to daybook_manager;
grant select on market.v_ticker_ticks_reader to daybook_risk;
