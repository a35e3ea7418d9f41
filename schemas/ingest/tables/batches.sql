-- daybook mirror: table ingest.batches

create table ingest.batches (
    batch_id uuid not null,
    source text not null,
    stream text,
    instrument_id uuid,
    interval_s integer,
    file_name text not null,
    revision integer default 1 not null,
    sha256 bytea,
    size_bytes bigint,
    target text,
    first_time timestamp with time zone,
    last_time timestamp with time zone,
    opened_at timestamp with time zone default clock_timestamp() not null,
    closed_at timestamp with time zone,
    verdict text not null,
    reason text,
    rows_in bigint default 0 not null,
    inserted bigint default 0 not null,
    duplicate bigint default 0 not null,
    superseded bigint default 0 not null,
    rejected bigint default 0 not null,
    ctx jsonb,
    notes jsonb,
    load_no bigint generated always as identity not null,
    constraint batches_pkey PRIMARY KEY (batch_id),
    constraint batches_closed_check CHECK (((verdict = 'open'::text) = (closed_at IS NULL))),
    constraint batches_every_row_accounted_check CHECK (((rows_in = (((inserted + duplicate) + superseded) + rejected)) AND (inserted >= 0) AND (duplicate >= 0) AND (superseded >= 0) AND (rejected >= 0))),
    constraint batches_interval_s_check CHECK ((interval_s > 0)),
    constraint batches_loaded_is_known_check CHECK (((verdict = 'refused'::text) OR ((stream IS NOT NULL) AND (target IS NOT NULL) AND ((verdict = 'open'::text) OR (sha256 IS NOT NULL))))),
    constraint batches_notes_check CHECK ((jsonb_typeof(notes) = 'object'::text)),
    constraint batches_refused_has_reason_check CHECK (((verdict = 'refused'::text) = (reason IS NOT NULL))),
    constraint batches_revision_check CHECK ((revision > 0)),
    constraint batches_sha256_check CHECK ((octet_length(sha256) = 32)),
    constraint batches_size_bytes_check CHECK ((size_bytes >= 0)),
    constraint batches_verdict_check CHECK ((verdict = ANY (ARRAY['open'::text, 'loaded'::text, 'refused'::text])))
);

alter table ingest.batches owner to daybook_owner;

CREATE INDEX batches_file_idx ON ingest.batches USING btree (source, file_name);
CREATE UNIQUE INDEX batches_loaded_once_key ON ingest.batches USING btree (source, stream, instrument_id, interval_s, sha256, revision) NULLS NOT DISTINCT WHERE (verdict = 'loaded'::text);
CREATE INDEX batches_series_idx ON ingest.batches USING btree (stream, instrument_id, interval_s, last_time);
CREATE INDEX batches_sha256_idx ON ingest.batches USING btree (sha256);

comment on table ingest.batches is 'One row per file or response received: where it came from, what it was, and what became of each of its rows.';
comment on column ingest.batches.batch_id is 'Chosen by the sender before sending; sending it again answers replayed.';
comment on column ingest.batches.source is 'Who delivered it, for example a venue or an archive.';
comment on column ingest.batches.stream is 'Kind of data inside the source, one of ingest.streams; null only when it was refused before that was known.';
comment on column ingest.batches.instrument_id is 'The instrument of all its rows; null for streams without one, and when it was refused before that was known.';
comment on column ingest.batches.interval_s is 'The interval of all its rows in seconds; null for streams without one.';
comment on column ingest.batches.revision is 'Which content of its file this is: 1 unless ingest.files knows the path with other content from before.';
comment on column ingest.batches.sha256 is 'Hash of the bytes as received, compression included.';
comment on column ingest.batches.target is 'Where the rows were sent: straight into the table, or into the stage to be merged.';
comment on column ingest.batches.first_time is 'Oldest time among the accepted rows; while open, as announced by the sender.';
comment on column ingest.batches.last_time is 'Newest time among the accepted rows; while open, as announced by the sender.';
comment on column ingest.batches.verdict is 'loaded or refused; open exists only inside the transaction that loads and can never be committed.';
comment on column ingest.batches.reason is 'Why it was refused.';
comment on column ingest.batches.rows_in is 'Rows the sender read; always inserted + duplicate + superseded + rejected.';
comment on column ingest.batches.inserted is 'Rows that were new.';
comment on column ingest.batches.duplicate is 'Rows equal to what was there already, or to a later line of the same file.';
comment on column ingest.batches.superseded is 'Rows that met other values, in the table or in a later line of the same file, and replaced them or lost to them; the losing values are in market.superseded.';
comment on column ingest.batches.rejected is 'Rows that could not be accepted; each is in ingest.rejects.';
comment on column ingest.batches.ctx is 'Session, actor and correlation of the sender.';
comment on column ingest.batches.notes is 'What its sender noticed of the values: lossy_values, how many have more digits than are kept (a double, a microsecond), the first in lossy_line and lossy_column, the object as received has them in full; time_units, when times are written in several. Null: nothing.';
comment on column ingest.batches.load_no is 'Order in which the batches of a series were loaded; numbers may be missing.';

grant select, insert on ingest.batches to daybook_api;
grant select on ingest.batches to daybook_lab_reader;
grant update (revision, sha256, size_bytes, target, first_time, last_time, closed_at, verdict, rows_in, inserted, duplicate, superseded, rejected, notes) on ingest.batches to daybook_api;

-- Once everything else exists:

alter table only ingest.batches add constraint batches_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES ref.instruments(instrument_id) ON DELETE RESTRICT;
alter table only ingest.batches add constraint batches_stream_fkey FOREIGN KEY (stream) REFERENCES ingest.streams(stream) ON DELETE RESTRICT;
CREATE CONSTRAINT TRIGGER batches_closed_at_commit AFTER INSERT OR UPDATE ON ingest.batches DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.verdict = 'open'::text)) EXECUTE FUNCTION ingest._require_closed_batch();
comment on trigger batches_closed_at_commit on ingest.batches is 'A batch is opened and closed in one transaction or not at all.';
