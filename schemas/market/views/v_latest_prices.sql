-- daybook mirror: view market.v_latest_prices
-- needs: market/tables/ticker_latest.sql
-- needs: ref/tables/instruments.sql

create view market.v_latest_prices as
 SELECT i.venue,
    i.symbol,
    i.kind,
    l.instrument_id,
    l.last_price,
    l.last_time,
    l.last_stream,
    l.bid_price,
    l.bid_quantity,
    l.ask_price,
    l.ask_quantity,
    ((l.bid_price + l.ask_price) / (2)::double precision) AS mid_price,
    l.quote_time
   FROM (market.ticker_latest l
     JOIN ref.instruments i ON ((i.instrument_id = l.instrument_id)));

alter view market.v_latest_prices owner to daybook_api;

comment on view market.v_latest_prices is 'The latest price and quote of each instrument. last_time says when the price was, quote_time when bid and ask were: how old they may be is for the reader to decide.';

grant select on market.v_latest_prices to daybook_agent;
grant select on market.v_latest_prices to daybook_app;
grant select on market.v_latest_prices to daybook_bot;
grant select on market.v_latest_prices to daybook_console;
grant select on market.v_latest_prices to daybook_data_writer;
grant select on market.v_latest_prices to daybook_executor;
grant select on market.v_latest_prices to daybook_lab_reader;
grant select on market.v_latest_prices to daybook_manager;
grant select on market.v_latest_prices to daybook_risk;
