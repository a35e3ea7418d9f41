-- daybook mirror: table market.corrections

create table market.corrections (
    correction_id uuid not null,
    stream text not null,
    instrument_id uuid,
    interval_s integer,
    key jsonb not null,
    row_time timestamp with time zone not null,
    new_values jsonb not null,
    reason text not null,
    corrected_at timestamp with time zone default clock_timestamp() not null,
    corrected_by name default SESSION_USER not null,
    ctx jsonb,
    withdrawn_at timestamp with time zone,
    withdrawn_by name,
    withdrawal_reason text,
    restored_by uuid,
    constraint corrections_pkey PRIMARY KEY (correction_id),
    constraint corrections_withdrawn_whole_check CHECK (((num_nulls(withdrawn_at, withdrawn_by, withdrawal_reason) = ANY (ARRAY[0, 3])) AND ((restored_by IS NULL) OR (withdrawn_at IS NOT NULL))))
);

alter table market.corrections owner to daybook_owner;

CREATE INDEX corrections_series_idx ON market.corrections USING btree (stream, instrument_id, interval_s, row_time);

comment on table market.corrections is 'Rows of cleaned data that somebody corrected, and why. A correction is a batch of the source correction with one row; it stands above everything that is received until it is withdrawn. What was received is not touched.';
comment on column market.corrections.correction_id is 'Its identity, chosen by whoever corrected; also its batch (ingest.batches).';
comment on column market.corrections.stream is 'Stream of the row (ingest.streams).';
comment on column market.corrections.instrument_id is 'The instrument; null for a stream that has none.';
comment on column market.corrections.interval_s is 'Length of the row in seconds; null for a stream whose rows have none.';
comment on column market.corrections.key is 'Which row it is: its key columns and its time, those of the series left out.';
comment on column market.corrections.row_time is 'The moment the row speaks of.';
comment on column market.corrections.new_values is 'The columns that were corrected, with the values they were given.';
comment on column market.corrections.reason is 'Why.';
comment on column market.corrections.corrected_at is 'When.';
comment on column market.corrections.corrected_by is 'The role that did so.';
comment on column market.corrections.ctx is 'Session, actor and correlation of whoever did so.';
comment on column market.corrections.withdrawn_at is 'When it was withdrawn; null while it is in force.';
comment on column market.corrections.withdrawn_by is 'The role that withdrew it.';
comment on column market.corrections.withdrawal_reason is 'Why it was withdrawn.';
comment on column market.corrections.restored_by is 'The batch that put back what was received; null while the correction is in force, and where another correction of the row stood.';

grant select, insert on market.corrections to daybook_api;
grant select on market.corrections to daybook_lab_reader;
grant update (withdrawn_at, withdrawn_by, withdrawal_reason, restored_by) on market.corrections to daybook_api;

-- Once everything else exists:

alter table only market.corrections add constraint corrections_correction_id_fkey FOREIGN KEY (correction_id) REFERENCES ingest.batches(batch_id) ON DELETE RESTRICT;
alter table only market.corrections add constraint corrections_restored_by_fkey FOREIGN KEY (restored_by) REFERENCES ingest.batches(batch_id) ON DELETE RESTRICT;
