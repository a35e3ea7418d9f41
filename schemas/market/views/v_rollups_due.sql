-- daybook mirror: view market.v_rollups_due
-- needs: market/tables/rollup_dirty.sql
-- needs: ref/tables/instruments.sql

create view market.v_rollups_due as
 SELECT i.venue,
    i.symbol,
    i.kind,
    d.instrument_id,
    count(*) AS marks,
    min(d.noted_at) AS noted_at,
    min(lower(d.spans)) AS from_time,
    max(upper(d.spans)) AS to_time
   FROM (market.rollup_dirty d
     JOIN ref.instruments i ON ((i.instrument_id = d.instrument_id)))
  GROUP BY i.instrument_id, d.instrument_id;

alter view market.v_rollups_due owner to daybook_api;

comment on view market.v_rollups_due is 'Instruments whose minutes changed since their last roll-up: since when, and between which times.';

grant select on market.v_rollups_due to daybook_console;
grant select on market.v_rollups_due to daybook_data_writer;
grant select on market.v_rollups_due to daybook_lab_reader;
grant select on market.v_rollups_due to daybook_manager;
grant select on market.v_rollups_due to daybook_monitor;
grant select on market.v_rollups_due to daybook_risk;
