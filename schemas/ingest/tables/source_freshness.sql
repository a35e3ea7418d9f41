-- daybook mirror: table ingest.source_freshness

create table ingest.source_freshness (
    source text not null,
    stream text not null,
    instrument_id uuid,
    interval_s integer,
    newest_event timestamp with time zone,
    newest_ingest timestamp with time zone,
    cadence_s integer,
    cadence_set boolean default false not null,
    batch_id uuid,
    errors bigint default 0 not null,
    errors_in_row integer default 0 not null,
    last_error text,
    last_error_at timestamp with time zone,
    constraint source_freshness_key UNIQUE NULLS NOT DISTINCT (source, stream, instrument_id, interval_s),
    constraint source_freshness_cadence_check CHECK ((cadence_s > 0)),
    constraint source_freshness_error_check CHECK ((((last_error IS NULL) = (last_error_at IS NULL)) AND ((errors > 0) = (last_error IS NOT NULL)))),
    constraint source_freshness_errors_check CHECK (((errors >= errors_in_row) AND (errors_in_row >= 0))),
    constraint source_freshness_interval_check CHECK ((interval_s > 0))
)
with (fillfactor=50);

alter table ingest.source_freshness owner to daybook_owner;

CREATE INDEX source_freshness_instrument_idx ON ingest.source_freshness USING btree (instrument_id);

comment on table ingest.source_freshness is 'How fresh each series of each source is: one row per source, stream, instrument and interval. Kept by the closing of batches; what fails to arrive is told by market.fn_note_source_error().';
comment on column ingest.source_freshness.source is 'Who delivers it (ingest.batches.source).';
comment on column ingest.source_freshness.stream is 'Kind of data (ingest.batches.stream).';
comment on column ingest.source_freshness.instrument_id is 'The instrument; null for a series that has none.';
comment on column ingest.source_freshness.interval_s is 'Length of the rows in seconds; null for rows that have none.';
comment on column ingest.source_freshness.newest_event is 'Time of the newest row that ever came, UTC; null before the first one. Never moves back.';
comment on column ingest.source_freshness.newest_ingest is 'When a batch of it was last loaded; also one whose rows were all known.';
comment on column ingest.source_freshness.cadence_s is 'Seconds from one row to the next when all is well; null when unknown or irregular.';
comment on column ingest.source_freshness.cadence_set is 'True when somebody said so with market.fn_set_cadence(); otherwise it follows from the interval.';
comment on column ingest.source_freshness.batch_id is 'The batch that was loaded last.';
comment on column ingest.source_freshness.errors is 'Failures told so far.';
comment on column ingest.source_freshness.errors_in_row is 'Failures since the source answered last, with rows or by moving its cursor without any.';
comment on column ingest.source_freshness.last_error is 'What the last failure was; stays after the source has recovered.';
comment on column ingest.source_freshness.last_error_at is 'When it was told.';

grant select, insert on ingest.source_freshness to daybook_api;
grant select on ingest.source_freshness to daybook_lab_reader;
grant update (newest_event, newest_ingest, cadence_s, cadence_set, batch_id, errors, errors_in_row, last_error, last_error_at) on ingest.source_freshness to daybook_api;

-- Once everything else exists:

alter table only ingest.source_freshness add constraint source_freshness_instrument_fkey FOREIGN KEY (instrument_id) REFERENCES ref.instruments(instrument_id) ON DELETE RESTRICT;
