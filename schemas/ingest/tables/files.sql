-- daybook mirror: table ingest.files

create table ingest.files (
    source text not null,
    path text not null,
    revision integer not null,
    sha256 bytea not null,
    size_bytes bigint not null,
    published_sha256 bytea,
    checksum text not null,
    override_reason text,
    member_name text,
    member_crc32 bigint,
    member_size bigint,
    dialect jsonb,
    registered_at timestamp with time zone default clock_timestamp() not null,
    ctx jsonb,
    constraint files_pkey PRIMARY KEY (source, path, revision),
    constraint files_checksum_check CHECK ((checksum = ANY (ARRAY['none'::text, 'verified'::text, 'overridden'::text]))),
    constraint files_member_crc32_check CHECK (((member_crc32 >= 0) AND (member_crc32 <= '4294967295'::bigint))),
    constraint files_member_size_check CHECK ((member_size >= 0)),
    constraint files_published_sha256_check CHECK ((octet_length(published_sha256) = 32)),
    constraint files_revision_check CHECK ((revision > 0)),
    constraint files_sha256_check CHECK ((octet_length(sha256) = 32)),
    constraint files_size_bytes_check CHECK ((size_bytes >= 0)),
    constraint files_verdict_check CHECK ((((checksum = 'none'::text) = (published_sha256 IS NULL)) AND ((checksum = 'verified'::text) = (NOT (published_sha256 IS DISTINCT FROM sha256))) AND ((checksum = 'overridden'::text) = (override_reason IS NOT NULL))))
);

alter table ingest.files owner to daybook_owner;

CREATE INDEX files_sha256_idx ON ingest.files USING btree (sha256);

comment on table ingest.files is 'Files as they were received, append-only: each different content of a path is one more revision of it. The batches made of a file carry its source, path (file_name) and revision.';
comment on column ingest.files.path is 'What the file is called where it comes from, folders included where they say what it is.';
comment on column ingest.files.revision is 'Counts the contents of this path from 1. A path that goes back to an earlier content gets another revision.';
comment on column ingest.files.sha256 is 'Hash of the bytes as received, compression included.';
comment on column ingest.files.published_sha256 is 'The hash that the source publishes for this path; null when it publishes none.';
comment on column ingest.files.checksum is 'verified: the content has the published hash; overridden: it has not, and somebody said why it is loaded all the same; none: nothing was published.';
comment on column ingest.files.override_reason is 'Why a content without the published hash was accepted.';
comment on column ingest.files.member_name is 'Name of the file inside the archive file; null when it is no archive.';
comment on column ingest.files.member_crc32 is 'CRC-32 of that member, as the archive states it and as it was verified.';
comment on column ingest.files.member_size is 'Size of that member, uncompressed.';
comment on column ingest.files.dialect is 'How it was read: separator, header, columns, units of time.';
comment on column ingest.files.ctx is 'Session, actor and correlation of the sender.';

grant select, insert on ingest.files to daybook_api;
grant select on ingest.files to daybook_lab_reader;
