-- daybook mirror: schema ingest
-- role: daybook_api
-- role: daybook_data_writer
-- role: daybook_lab_reader
-- role: daybook_owner

create schema ingest;

alter schema ingest owner to daybook_owner;

comment on schema ingest is 'What was received, exactly as it came: batches, files, objects, rejected and quarantined rows, cursors. Append-only apart from a batch being closed, a cursor moving on and the rank of a source.';

grant usage on schema ingest to daybook_api;
grant usage on schema ingest to daybook_data_writer;
grant usage on schema ingest to daybook_lab_reader;
