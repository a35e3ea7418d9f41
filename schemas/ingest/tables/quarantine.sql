-- daybook mirror: table ingest.quarantine

create table ingest.quarantine (
    quarantine_id uuid not null,
    source text not null,
    stream text,
    batch_id uuid,
    line bigint,
    reason text not null,
    raw text not null,
    quarantined_at timestamp with time zone default clock_timestamp() not null,
    settlement text,
    settled_why text,
    settled_at timestamp with time zone,
    ctx jsonb,
    constraint quarantine_pkey PRIMARY KEY (quarantine_id),
    constraint quarantine_line_check CHECK ((line > 0)),
    constraint quarantine_settled_check CHECK ((num_nulls(settlement, settled_why, settled_at) = ANY (ARRAY[0, 3]))),
    constraint quarantine_settlement_check CHECK ((settlement = ANY (ARRAY['loaded'::text, 'discarded'::text])))
);

alter table ingest.quarantine owner to daybook_owner;

CREATE INDEX quarantine_batch_idx ON ingest.quarantine USING btree (batch_id);
CREATE INDEX quarantine_open_idx ON ingest.quarantine USING btree (quarantined_at) WHERE (settlement IS NULL);

comment on table ingest.quarantine is 'What was received and fits nowhere: an unknown stream or instrument, an implausible time, an answer that is no answer. It stays until somebody settles it, and after that as a record.';
comment on column ingest.quarantine.stream is 'What it would have been, as the sender understood it; null when that is not known.';
comment on column ingest.quarantine.batch_id is 'The batch it came with; null when there is none.';
comment on column ingest.quarantine.line is 'Line in the file of that batch, from 1.';
comment on column ingest.quarantine.raw is 'The row or payload as received; bytes that are not text are escaped by the sender.';
comment on column ingest.quarantine.settlement is 'loaded: it was loaded by other means; discarded: it is not wanted; null: still to be settled.';
comment on column ingest.quarantine.settled_why is 'The reason that was given.';
comment on column ingest.quarantine.ctx is 'Session, actor and correlation of the sender.';

grant select, insert on ingest.quarantine to daybook_api;
grant select on ingest.quarantine to daybook_lab_reader;
grant update (settlement, settled_why, settled_at) on ingest.quarantine to daybook_api;

-- Once everything else exists:

alter table only ingest.quarantine add constraint quarantine_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES ingest.batches(batch_id) ON DELETE RESTRICT;
