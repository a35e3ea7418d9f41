create or replace view market.v_funding_snapshots_reader as
    select i.venue, i.symbol, i.kind,
           s.instrument_id, s.snapshot_at, s.rate::numeric as rate, trim_scale(s.rate * 10000) as rate_bps,
           s.mark_price::numeric as mark_price, s.index_price::numeric as index_price
      from market.funding_snapshots s
      join ref.instruments i on i.instrument_id = s.instrument_id;
comment on view market.v_funding_snapshots_reader is
    'Funding rates as stated from moment to moment, with the names of their instrument, as a fraction and in basis points, with mark and index price: the way for readers. '
    'Restrict instrument (or venue, symbol, kind) and snapshot_at.';
