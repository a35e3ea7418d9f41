create or replace view market.v_open_interest_reader as
    select i.venue, i.symbol, i.kind,
           o.instrument_id, o.period_s, o.observed_at, o.open_interest, o.open_interest_value, o.batch_id
      from market.open_interest o
      join ref.instruments i on i.instrument_id = o.instrument_id;
comment on view market.v_open_interest_reader is
    'Open interest with the names of the instrument: the way for readers. Restrict instrument, period_s and observed_at.';
