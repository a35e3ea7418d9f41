-- daybook mirror: view market.v_orderbook_snapshots_reader
-- needs: market/tables/orderbook_snapshots.sql
-- needs: ref/tables/instruments.sql

create view market.v_orderbook_snapshots_reader as
 SELECT i.venue,
    i.symbol,
    i.kind,
    b.instrument_id,
    b.snapshot_time,
    b.last_update_id,
    b.received_at,
    b.bids[1] AS bid_price,
    b.bids[2] AS bid_quantity,
    b.asks[1] AS ask_price,
    b.asks[2] AS ask_quantity,
    (cardinality(b.bids) / 2) AS bid_levels,
    (cardinality(b.asks) / 2) AS ask_levels,
    b.bids,
    b.asks,
    b.batch_id
   FROM (market.orderbook_snapshots b
     JOIN ref.instruments i ON ((i.instrument_id = b.instrument_id)));

alter view market.v_orderbook_snapshots_reader owner to daybook_api;

comment on view market.v_orderbook_snapshots_reader is 'Order books at moments with the names of their instrument, and the best of each side: the way for readers. Restrict instrument and snapshot_time.';

grant select on market.v_orderbook_snapshots_reader to daybook_agent;
grant select on market.v_orderbook_snapshots_reader to daybook_app;
grant select on market.v_orderbook_snapshots_reader to daybook_bot;
grant select on market.v_orderbook_snapshots_reader to daybook_console;
grant select on market.v_orderbook_snapshots_reader to daybook_data_writer;
grant select on market.v_orderbook_snapshots_reader to daybook_lab_reader;
grant select on market.v_orderbook_snapshots_reader to daybook_manager;
grant select on market.v_orderbook_snapshots_reader to daybook_risk;
