create or replace view market.v_rollups_due as
    select i.venue, i.symbol, i.kind, d.instrument_id, count(*) as marks, min(d.noted_at) as noted_at,
           min(lower(d.spans)) as from_time, max(upper(d.spans)) as to_time
      from market.rollup_dirty d
      join ref.instruments i on i.instrument_id = d.instrument_id
     group by i.instrument_id, d.instrument_id;
comment on view market.v_rollups_due is
    'Instruments whose minutes changed since their last roll-up: since when, and between which times.';
