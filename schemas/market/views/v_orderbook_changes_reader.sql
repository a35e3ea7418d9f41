-- daybook mirror: view market.v_orderbook_changes_reader
-- needs: market/tables/orderbook_changes.sql
-- needs: ref/tables/instruments.sql

create view market.v_orderbook_changes_reader as
 SELECT i.venue,
    i.symbol,
    i.kind,
    c.instrument_id,
    c.change_time,
    c.first_update_id,
    c.last_update_id,
    c.previous_update_id,
    c.transaction_time,
    c.received_at,
    (cardinality(c.bids) / 2) AS bid_levels,
    (cardinality(c.asks) / 2) AS ask_levels,
    c.bids,
    c.asks,
    c.batch_id
   FROM (market.orderbook_changes c
     JOIN ref.instruments i ON ((i.instrument_id = c.instrument_id)));

alter view market.v_orderbook_changes_reader owner to daybook_api;

comment on view market.v_orderbook_changes_reader is 'Changes of order books with the names of their instrument: the way for readers. Restrict instrument and change_time, and order by last_update_id.';

grant select on market.v_orderbook_changes_reader to daybook_agent;
grant select on market.v_orderbook_changes_reader to daybook_app;
grant select on market.v_orderbook_changes_reader to daybook_bot;
grant select on market.v_orderbook_changes_reader to daybook_console;
grant select on market.v_orderbook_changes_reader to daybook_data_writer;
grant select on market.v_orderbook_changes_reader to daybook_lab_reader;
grant select on market.v_orderbook_changes_reader to daybook_manager;
grant select on market.v_orderbook_changes_reader to daybook_risk;
