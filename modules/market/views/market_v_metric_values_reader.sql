create or replace view market.v_metric_values_reader as
    select i.venue, i.symbol, i.kind,
           m.instrument_id, m.name, m.metric_time, m.value, m.batch_id
      from market.metric_values m
      join ref.instruments i on i.instrument_id = m.instrument_id;
comment on view market.v_metric_values_reader is
    'Metrics by name with the names of their instrument: the way for readers. Restrict instrument, name and metric_time.';
