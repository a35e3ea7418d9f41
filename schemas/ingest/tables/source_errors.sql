-- daybook mirror: table ingest.source_errors

create table ingest.source_errors (
    error_id uuid not null,
    source text not null,
    stream text not null,
    instrument_id uuid,
    interval_s integer,
    error text not null,
    noted_at timestamp with time zone default clock_timestamp() not null,
    ctx jsonb,
    constraint source_errors_pkey PRIMARY KEY (error_id)
);

alter table ingest.source_errors owner to daybook_owner;

CREATE INDEX source_errors_series_idx ON ingest.source_errors USING btree (source, stream, instrument_id, interval_s, noted_at);

comment on table ingest.source_errors is 'Every failure of a source to deliver a series, as whoever asked it told, append-only.';
comment on column ingest.source_errors.error_id is 'Its identity, chosen by whoever told it.';
comment on column ingest.source_errors.source is 'Who should have delivered.';
comment on column ingest.source_errors.stream is 'Kind of data.';
comment on column ingest.source_errors.instrument_id is 'The instrument; null for a series that has none.';
comment on column ingest.source_errors.interval_s is 'Length of the rows in seconds; null for rows that have none.';
comment on column ingest.source_errors.error is 'What went wrong.';
comment on column ingest.source_errors.noted_at is 'When it was told.';
comment on column ingest.source_errors.ctx is 'Session, actor and correlation of whoever told it.';

grant select, insert on ingest.source_errors to daybook_api;
grant select on ingest.source_errors to daybook_lab_reader;
