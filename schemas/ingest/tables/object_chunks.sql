-- daybook mirror: table ingest.object_chunks

create table ingest.object_chunks (
    object_id uuid not null,
    chunk_no integer not null,
    bytes bytea not null,
    sha256 bytea not null,
    constraint object_chunks_pkey PRIMARY KEY (object_id, chunk_no),
    constraint object_chunks_bytes_check CHECK (((octet_length(bytes) >= 1) AND (octet_length(bytes) <= 16777216))),
    constraint object_chunks_chunk_no_check CHECK ((chunk_no >= 0))
);

alter table ingest.object_chunks owner to daybook_owner;

alter table only ingest.object_chunks alter column bytes set storage external;

comment on table ingest.object_chunks is 'The bytes of ingest.objects in pieces, sent by COPY between opening and closing.';
comment on column ingest.object_chunks.chunk_no is 'Place of the piece, from 0.';
comment on column ingest.object_chunks.sha256 is 'Of its bytes, as they arrived; whatever the sender says it is.';

grant select on ingest.object_chunks to daybook_api;
grant insert on ingest.object_chunks to daybook_data_writer;
grant select on ingest.object_chunks to daybook_lab_reader;

-- Once everything else exists:

alter table only ingest.object_chunks add constraint object_chunks_object_id_fkey FOREIGN KEY (object_id) REFERENCES ingest.objects(object_id) ON DELETE RESTRICT;
CREATE TRIGGER object_chunks_of_open_object BEFORE INSERT ON ingest.object_chunks FOR EACH ROW EXECUTE FUNCTION ingest._require_open_object();
comment on trigger object_chunks_of_open_object on ingest.object_chunks is 'What is kept is never added to.';
