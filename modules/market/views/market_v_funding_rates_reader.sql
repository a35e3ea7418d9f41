create or replace view market.v_funding_rates_reader as
    select i.venue, i.symbol, i.kind,
           f.instrument_id, f.funding_time, f.raw_time, f.rate::numeric as rate, trim_scale(f.rate * 10000) as rate_bps,
           f.interval_hours, f.mark_price, f.batch_id
      from market.funding_rates f
      join ref.instruments i on i.instrument_id = f.instrument_id;
comment on view market.v_funding_rates_reader is
    'Funding rates as settled, on their grid, with the names of their instrument, as a fraction and in basis points: the way for readers. Restrict instrument and funding_time. What a venue states in between is in market.v_funding_snapshots_reader.';
