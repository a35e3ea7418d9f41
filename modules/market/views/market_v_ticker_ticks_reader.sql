create or replace view market.v_ticker_ticks_reader as
    select i.venue, i.symbol, i.kind,
           q.instrument_id, q.update_id, q.event_time, q.transaction_time, q.received_at, q.bid_price, q.bid_quantity,
           q.ask_price, q.ask_quantity, q.batch_id
      from market.ticker_ticks q
      join ref.instruments i on i.instrument_id = q.instrument_id;
comment on view market.v_ticker_ticks_reader is
    'Best bids and asks with the names of their instrument: the way for readers. Restrict instrument and event_time.';
