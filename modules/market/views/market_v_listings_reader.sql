create or replace view market.v_listings_reader as
    select i.venue, i.symbol, i.kind, i.instrument_id, i.base, i.quote, i.settle, l.status, l.trading, l.stated_at, l.tick_size, l.lot_size,
           l.min_notional, coalesce(l.multiplier, i.multiplier) as multiplier, l.listed_at, l.ends_at
      from ref.instruments i
     cross join lateral (
         select n.* from market.listings n where n.instrument_id = i.instrument_id order by n.stated_at desc limit 1) l;
comment on view market.v_listings_reader is
    'What each venue says of its instruments now: whether they trade, ticks and lots, listing and end, and since when it says so.';
