-- daybook mirror: view market.v_metric_values_reader
-- needs: market/tables/metric_values.sql
-- needs: ref/tables/instruments.sql

create view market.v_metric_values_reader as
 SELECT i.venue,
    i.symbol,
    i.kind,
    m.instrument_id,
    m.name,
    m.metric_time,
    m.value,
    m.batch_id
   FROM (market.metric_values m
     JOIN ref.instruments i ON ((i.instrument_id = m.instrument_id)));

alter view market.v_metric_values_reader owner to daybook_api;

comment on view market.v_metric_values_reader is 'Metrics by name with the names of their instrument: the way for readers. Restrict instrument, name and metric_time.';

grant select on market.v_metric_values_reader to daybook_agent;
grant select on market.v_metric_values_reader to daybook_app;
grant select on market.v_metric_values_reader to daybook_bot;
grant select on market.v_metric_values_reader to daybook_console;
grant select on market.v_metric_values_reader to daybook_data_writer;
grant select on market.v_metric_values_reader to daybook_lab_reader;
grant select on market.v_metric_values_reader to daybook_manager;
grant select on market.v_metric_values_reader to daybook_risk;
