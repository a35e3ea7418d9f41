-- daybook mirror: table ingest.cursors

create table ingest.cursors (
    source text not null,
    stream text not null,
    instrument_id uuid,
    interval_s integer,
    last_time timestamp with time zone,
    last_id bigint,
    page_state jsonb,
    revision integer default 1 not null,
    batch_id uuid,
    advanced_at timestamp with time zone default clock_timestamp() not null,
    constraint cursors_key UNIQUE NULLS NOT DISTINCT (source, stream, instrument_id, interval_s),
    constraint cursors_interval_s_check CHECK ((interval_s > 0)),
    constraint cursors_revision_check CHECK ((revision > 0))
);

alter table ingest.cursors owner to daybook_owner;

CREATE INDEX cursors_instrument_idx ON ingest.cursors USING btree (instrument_id, stream, interval_s);

comment on table ingest.cursors is 'How far each source has delivered a series. Times and ids move only forward, in the transaction of the rows they cover.';
comment on column ingest.cursors.last_time is 'Newest time delivered by this source.';
comment on column ingest.cursors.last_id is 'Highest id delivered by this source, for streams with ids.';
comment on column ingest.cursors.page_state is 'What the sender needs to ask for the next page, in its own words.';
comment on column ingest.cursors.revision is 'Revision of the file that brought it here.';
comment on column ingest.cursors.batch_id is 'The batch that moved the cursor here; null when a page without rows did.';

grant select, insert on ingest.cursors to daybook_api;
grant select on ingest.cursors to daybook_lab_reader;
grant update (last_time, last_id, page_state, revision, batch_id, advanced_at) on ingest.cursors to daybook_api;

-- Once everything else exists:

alter table only ingest.cursors add constraint cursors_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES ingest.batches(batch_id) ON DELETE RESTRICT;
alter table only ingest.cursors add constraint cursors_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES ref.instruments(instrument_id) ON DELETE RESTRICT;
alter table only ingest.cursors add constraint cursors_stream_fkey FOREIGN KEY (stream) REFERENCES ingest.streams(stream) ON DELETE RESTRICT;
