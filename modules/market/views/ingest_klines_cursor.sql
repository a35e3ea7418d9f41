create or replace view ingest.klines_cursor as
    select c.source, c.instrument_id, c.interval_s, c.last_time as last_open_time, c.batch_id, c.advanced_at
      from ingest.cursors c
     where c.stream = 'klines' and c.last_time is not null;
comment on view ingest.klines_cursor is 'How far each source has delivered each series of candles: ingest.cursors of that stream.';
