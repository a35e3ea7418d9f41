-- What this module announces. The aggregate is the batch.

do $$
begin
    perform bus.fn_declare_event_type(
        'market.batch_loaded', 'market', 'ingest_batch',
        'A file or response was loaded; the counts say what became of each of its rows.',
        '{"required": {"batch_id": "uuid", "source": "string", "stream": "string", "file_name": "string",
                       "revision": "integer", "sha256": "string", "rows_in": "integer", "inserted": "integer",
                       "duplicate": "integer", "superseded": "integer", "rejected": "integer"},
          "optional": {"instrument_id": "uuid", "interval_s": "integer", "first_time": "timestamp", "last_time": "timestamp"}}');
    perform bus.fn_declare_event_type(
        'market.batch_refused', 'market', 'ingest_batch',
        'A file or response was refused as a whole; none of its rows were loaded.',
        '{"required": {"batch_id": "uuid", "source": "string", "file_name": "string", "reason": "string"},
          "optional": {"stream": "string", "instrument_id": "uuid", "interval_s": "integer", "sha256": "string", "size_bytes": "integer"}}');
end
$$;
