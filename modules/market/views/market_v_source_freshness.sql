create or replace view market.v_source_freshness as
    select f.source, f.stream, i.venue, i.symbol, i.kind,
           f.instrument_id, f.interval_s, f.newest_event, f.newest_ingest, f.cadence_s, f.errors, f.errors_in_row, f.last_error, f.last_error_at
      from ingest.source_freshness f
      left join ref.instruments i on i.instrument_id = f.instrument_id;
comment on view market.v_source_freshness is
    'For each series of each source the newest row, when it last delivered, how often it should, and its failures. Names are null for a series without an instrument.';
