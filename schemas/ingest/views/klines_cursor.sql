-- daybook mirror: view ingest.klines_cursor
-- needs: ingest/tables/cursors.sql

create view ingest.klines_cursor as
 SELECT c.source,
    c.instrument_id,
    c.interval_s,
    c.last_time AS last_open_time,
    c.batch_id,
    c.advanced_at
   FROM ingest.cursors c
  WHERE ((c.stream = 'klines'::text) AND (c.last_time IS NOT NULL));

alter view ingest.klines_cursor owner to daybook_api;

comment on view ingest.klines_cursor is 'How far each source has delivered each series of candles: ingest.cursors of that stream.';

grant select on ingest.klines_cursor to daybook_lab_reader;
