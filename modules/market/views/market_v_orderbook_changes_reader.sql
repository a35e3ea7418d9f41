create or replace view market.v_orderbook_changes_reader as
    select i.venue, i.symbol, i.kind,
           c.instrument_id, c.change_time, c.first_update_id, c.last_update_id, c.previous_update_id, c.transaction_time, c.received_at,
           cardinality(c.bids) / 2 as bid_levels, cardinality(c.asks) / 2 as ask_levels, c.bids, c.asks, c.batch_id
      from market.orderbook_changes c
      join ref.instruments i on i.instrument_id = c.instrument_id;
comment on view market.v_orderbook_changes_reader is
    'Changes of order books with the names of their instrument: the way for readers. Restrict instrument and change_time, and order by last_update_id.';
