-- daybook mirror: table ingest.objects

create table ingest.objects (
    object_id uuid not null,
    sha256 bytea,
    size_bytes bigint,
    encoding text not null,
    chunks integer,
    stored_bytes bigint,
    row_offsets bigint[],
    verdict text not null,
    opened_at timestamp with time zone default clock_timestamp() not null,
    closed_at timestamp with time zone,
    ctx jsonb,
    constraint objects_pkey PRIMARY KEY (object_id),
    constraint objects_counts_check CHECK (((chunks >= 0) AND (stored_bytes >= 0))),
    constraint objects_encoding_check CHECK ((encoding = ANY (ARRAY['identity'::text, 'gzip'::text, 'zip'::text, 'zstd'::text]))),
    constraint objects_kept_is_known_check CHECK (((verdict = 'open'::text) OR (num_nulls(sha256, size_bytes, chunks, stored_bytes, closed_at) = 0))),
    constraint objects_sha256_check CHECK ((octet_length(sha256) = 32)),
    constraint objects_size_bytes_check CHECK ((size_bytes >= 0)),
    constraint objects_verdict_check CHECK ((verdict = ANY (ARRAY['open'::text, 'kept'::text])))
);

alter table ingest.objects owner to daybook_owner;

CREATE UNIQUE INDEX objects_content_key ON ingest.objects USING btree (sha256) WHERE (verdict = 'kept'::text);

comment on table ingest.objects is 'Contents as they were received, each once: files, answers, captures. Batches and files name them by their hash.';
comment on column ingest.objects.object_id is 'Chosen by the sender: its chunks are sent under it, before the hash need be known.';
comment on column ingest.objects.sha256 is 'Hash of the bytes as received, compression included.';
comment on column ingest.objects.size_bytes is 'How many bytes were received.';
comment on column ingest.objects.encoding is 'identity: the chunks are the bytes as received. gzip, zip: the same, and they are such a file. zstd: the chunks are the bytes compressed by the sender, and unpacked they are what was received.';
comment on column ingest.objects.chunks is 'How many chunks there are, numbered from 0.';
comment on column ingest.objects.stored_bytes is 'Bytes in its own chunks; those that are like a chunk of another object have none.';
comment on column ingest.objects.row_offsets is 'Where the lines 10000, 20000 and so on begin in the unpacked content, counted from 0: the way to a line without reading all before it.';
comment on column ingest.objects.verdict is 'kept; open exists only inside the transaction that sends it and can never be committed.';
comment on column ingest.objects.ctx is 'Session, actor and correlation of the sender.';

grant select, insert on ingest.objects to daybook_api;
grant select on ingest.objects to daybook_lab_reader;
grant update (sha256, size_bytes, chunks, stored_bytes, row_offsets, verdict, closed_at) on ingest.objects to daybook_api;

-- Once everything else exists:

CREATE CONSTRAINT TRIGGER objects_kept_at_commit AFTER INSERT OR UPDATE ON ingest.objects DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.verdict = 'open'::text)) EXECUTE FUNCTION ingest._require_kept_object();
comment on trigger objects_kept_at_commit on ingest.objects is 'An object is opened and closed in one transaction or not at all.';
