-- daybook mirror: view market.v_source_freshness
-- needs: ingest/tables/source_freshness.sql
-- needs: ref/tables/instruments.sql

create view market.v_source_freshness as
 SELECT f.source,
    f.stream,
    i.venue,
    i.symbol,
    i.kind,
    f.instrument_id,
    f.interval_s,
    f.newest_event,
    f.newest_ingest,
    f.cadence_s,
    f.errors,
    f.errors_in_row,
    f.last_error,
    f.last_error_at
   FROM (ingest.source_freshness f
     LEFT JOIN ref.instruments i ON ((i.instrument_id = f.instrument_id)));

alter view market.v_source_freshness owner to daybook_api;

comment on view market.v_source_freshness is 'For each series of each source the newest row, when it last delivered, how often it should, and its failures. Names are null for a series without an instrument.';

grant select on market.v_source_freshness to daybook_console;
grant select on market.v_source_freshness to daybook_data_writer;
grant select on market.v_source_freshness to daybook_lab_reader;
grant select on market.v_source_freshness to daybook_manager;
grant select on market.v_source_freshness to daybook_monitor;
grant select on market.v_source_freshness to daybook_risk;
