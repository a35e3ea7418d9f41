-- daybook mirror: view market.v_metrics_reader
-- needs: market/tables/metrics.sql
-- needs: ref/tables/instruments.sql

create view market.v_metrics_reader as
 SELECT i.venue,
    i.symbol,
    i.kind,
    m.instrument_id,
    m.label,
    m.metric_time,
        CASE m.label
            WHEN 'start'::text THEN (m.metric_time + '00:05:00'::interval)
            ELSE m.metric_time
        END AS period_end,
    m.sum_open_interest,
    m.sum_open_interest_value,
    m.count_toptrader_long_short_ratio,
    m.sum_toptrader_long_short_ratio,
    m.count_long_short_ratio,
    m.sum_taker_long_short_vol_ratio,
    m.batch_id
   FROM (market.metrics m
     JOIN ref.instruments i ON ((i.instrument_id = m.instrument_id)));

alter view market.v_metrics_reader owner to daybook_api;

comment on view market.v_metrics_reader is 'Open interest and long and short ratios with the names of their instrument: the way for readers. period_end is when the values could be known, whichever end of its five minutes the source labels. Restrict instrument and metric_time; named metrics are in market.v_metric_values_reader.';

grant select on market.v_metrics_reader to daybook_agent;
grant select on market.v_metrics_reader to daybook_app;
grant select on market.v_metrics_reader to daybook_bot;
grant select on market.v_metrics_reader to daybook_console;
grant select on market.v_metrics_reader to daybook_data_writer;
grant select on market.v_metrics_reader to daybook_lab_reader;
grant select on market.v_metrics_reader to daybook_manager;
grant select on market.v_metrics_reader to daybook_risk;
