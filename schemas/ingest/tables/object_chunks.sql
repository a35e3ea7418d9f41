-- daybook mirror: table ingest.object_chunks

create table ingest.object_chunks (
    object_id uuid not null,
    chunk_no integer not null,
    bytes bytea,
    sha256 bytea not null,
    plain_bytes integer,
    plain_sha256 bytea,
    like_object_id uuid,
    like_chunk_no integer,
    constraint object_chunks_pkey PRIMARY KEY (object_id, chunk_no),
    constraint object_chunks_bytes_check CHECK (((octet_length(bytes) >= 1) AND (octet_length(bytes) <= 16777216))),
    constraint object_chunks_chunk_no_check CHECK ((chunk_no >= 0)),
    constraint object_chunks_own_or_like_check CHECK (((num_nulls(like_object_id, like_chunk_no) = ANY (ARRAY[0, 2])) AND ((bytes IS NULL) = (like_object_id IS NOT NULL)))),
    constraint object_chunks_plain_check CHECK (((num_nulls(plain_bytes, plain_sha256) = ANY (ARRAY[0, 2])) AND (plain_bytes > 0) AND (octet_length(plain_sha256) = 32)))
);

alter table ingest.object_chunks owner to daybook_owner;

alter table only ingest.object_chunks alter column bytes set storage external;

comment on table ingest.object_chunks is 'The bytes of ingest.objects in pieces, sent by COPY between opening and closing.';
comment on column ingest.object_chunks.chunk_no is 'Place of the piece, from 0.';
comment on column ingest.object_chunks.bytes is 'Null when they are those of the chunk that like_object_id and like_chunk_no name.';
comment on column ingest.object_chunks.sha256 is 'Of its bytes, as they arrived; whatever the sender says it is.';
comment on column ingest.object_chunks.plain_bytes is 'How long it is unpacked, as the sender says; null: not told.';
comment on column ingest.object_chunks.plain_sha256 is 'Hash of what it is unpacked, as the sender says: what market.fn_known_chunks knows it by.';
comment on column ingest.object_chunks.like_object_id is 'An earlier object that has the same bytes; null: they are here.';
comment on column ingest.object_chunks.like_chunk_no is 'Which of its chunks. That one has bytes of its own.';

grant select on ingest.object_chunks to daybook_api;
grant insert on ingest.object_chunks to daybook_data_writer;
grant select on ingest.object_chunks to daybook_lab_reader;

-- Once everything else exists:

alter table only ingest.object_chunks add constraint object_chunks_like_fkey FOREIGN KEY (like_object_id, like_chunk_no) REFERENCES ingest.object_chunks(object_id, chunk_no) ON DELETE RESTRICT;
alter table only ingest.object_chunks add constraint object_chunks_object_id_fkey FOREIGN KEY (object_id) REFERENCES ingest.objects(object_id) ON DELETE RESTRICT;
CREATE TRIGGER object_chunks_of_open_object BEFORE INSERT ON ingest.object_chunks FOR EACH ROW EXECUTE FUNCTION ingest._require_open_object();
comment on trigger object_chunks_of_open_object on ingest.object_chunks is 'What is kept is never added to.';
