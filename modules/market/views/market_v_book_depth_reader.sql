create or replace view market.v_book_depth_reader as
    select i.venue, i.symbol, i.kind,
           d.instrument_id, d.snapshot_time, d.percentage, d.depth, d.notional, d.batch_id
      from market.book_depth d
      join ref.instruments i on i.instrument_id = d.instrument_id;
comment on view market.v_book_depth_reader is
    'Depth of order books in bands with the names of their instrument: the way for readers. Restrict instrument and snapshot_time.';
