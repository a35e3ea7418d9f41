create or replace view market.v_orderbook_snapshots_reader as
    select i.venue, i.symbol, i.kind,
           b.instrument_id, b.snapshot_time, b.last_update_id, b.received_at, b.bids[1] as bid_price, b.bids[2] as bid_quantity,
           b.asks[1] as ask_price, b.asks[2] as ask_quantity, cardinality(b.bids) / 2 as bid_levels,
           cardinality(b.asks) / 2 as ask_levels, b.bids, b.asks, b.batch_id
      from market.orderbook_snapshots b
      join ref.instruments i on i.instrument_id = b.instrument_id;
comment on view market.v_orderbook_snapshots_reader is
    'Order books at moments with the names of their instrument, and the best of each side: the way for readers. Restrict instrument and snapshot_time.';
