-- daybook mirror: table ingest.rejects

create table ingest.rejects (
    batch_id uuid not null,
    line bigint not null,
    byte_offset bigint,
    reason text not null,
    raw text,
    constraint rejects_pkey PRIMARY KEY (batch_id, line),
    constraint rejects_byte_offset_check CHECK ((byte_offset >= 0)),
    constraint rejects_line_check CHECK ((line > 0))
);

alter table ingest.rejects owner to daybook_owner;

comment on table ingest.rejects is 'Rows of a batch that could not be accepted, with their place in the file and the reason.';
comment on column ingest.rejects.line is 'Line in the file, counted from 1.';
comment on column ingest.rejects.byte_offset is 'Where the line begins in the uncompressed content, counted from 0.';
comment on column ingest.rejects.raw is 'The line as received; bytes that are not text are escaped by the sender.';

grant select, insert on ingest.rejects to daybook_api;
grant select on ingest.rejects to daybook_lab_reader;

-- Once everything else exists:

alter table only ingest.rejects add constraint rejects_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES ingest.batches(batch_id) ON DELETE RESTRICT;
