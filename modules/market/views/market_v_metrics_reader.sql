create or replace view market.v_metrics_reader as
    select i.venue, i.symbol, i.kind,
           m.instrument_id, m.label, m.metric_time,
           case m.label when 'start' then m.metric_time + interval '5 minutes' else m.metric_time end as period_end,
           m.sum_open_interest, m.sum_open_interest_value, m.count_toptrader_long_short_ratio, m.sum_toptrader_long_short_ratio,
           m.count_long_short_ratio, m.sum_taker_long_short_vol_ratio, m.batch_id
      from market.metrics m
      join ref.instruments i on i.instrument_id = m.instrument_id;
comment on view market.v_metrics_reader is
    'Open interest and long and short ratios with the names of their instrument: the way for readers. period_end is when the values could be known, whichever end of its five minutes the source labels. Restrict instrument and metric_time; named metrics are in market.v_metric_values_reader.';
