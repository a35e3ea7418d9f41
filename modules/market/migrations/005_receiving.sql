-- The bytes as received, what could not be placed, and which rows later files stated again.

create table ingest.objects (
    object_id    uuid        not null,
    sha256       bytea,
    size_bytes   bigint,
    encoding     text        not null,
    chunks       integer,
    stored_bytes bigint,
    row_offsets  bigint[],
    verdict      text        not null,
    opened_at    timestamptz not null default clock_timestamp(),
    closed_at    timestamptz,
    ctx          jsonb,
    constraint objects_pkey primary key (object_id),
    constraint objects_encoding_check check (encoding in ('identity', 'gzip', 'zip', 'zstd')),
    constraint objects_sha256_check check (octet_length(sha256) = 32),
    constraint objects_size_bytes_check check (size_bytes >= 0),
    constraint objects_counts_check check (chunks >= 0 and stored_bytes >= 0),
    constraint objects_verdict_check check (verdict in ('open', 'kept')),
    constraint objects_kept_is_known_check
        check (verdict = 'open'
               or num_nulls(sha256, size_bytes, chunks, stored_bytes, closed_at) = 0)
);
create unique index objects_content_key on ingest.objects (sha256) where verdict = 'kept';
comment on table ingest.objects is
    'Contents as they were received, each once: files, answers, captures. Batches and files name them by their hash.';
comment on column ingest.objects.object_id is 'Chosen by the sender: its chunks are sent under it, before the hash need be known.';
comment on column ingest.objects.sha256 is 'Hash of the bytes as received, compression included.';
comment on column ingest.objects.size_bytes is 'How many bytes were received.';
comment on column ingest.objects.encoding is
    'identity: the chunks are the bytes as received. gzip, zip: the same, and they are such a file. zstd: the chunks are the bytes '
    'compressed by the sender, and unpacked they are what was received.';
comment on column ingest.objects.chunks is 'How many chunks there are, numbered from 0.';
comment on column ingest.objects.stored_bytes is 'Bytes in its own chunks; those that are like a chunk of another object have none.';
comment on column ingest.objects.row_offsets is
    'Where the lines 10000, 20000 and so on begin in the unpacked content, counted from 0: the way to a line without reading all before it.';
comment on column ingest.objects.verdict is 'kept; open exists only inside the transaction that sends it and can never be committed.';
comment on column ingest.objects.ctx is 'Session, actor and correlation of the sender.';

create table ingest.object_chunks (
    object_id      uuid    not null,
    chunk_no       integer not null,
    bytes          bytea,
    sha256         bytea   not null,
    plain_bytes    integer,
    plain_sha256   bytea,
    like_object_id uuid,
    like_chunk_no  integer,
    constraint object_chunks_pkey primary key (object_id, chunk_no),
    constraint object_chunks_object_id_fkey foreign key (object_id) references ingest.objects (object_id) on delete restrict,
    constraint object_chunks_like_fkey foreign key (like_object_id, like_chunk_no)
        references ingest.object_chunks (object_id, chunk_no) on delete restrict,
    constraint object_chunks_chunk_no_check check (chunk_no >= 0),
    constraint object_chunks_bytes_check check (octet_length(bytes) between 1 and 16777216),
    constraint object_chunks_plain_check
        check (num_nulls(plain_bytes, plain_sha256) in (0, 2) and plain_bytes > 0 and octet_length(plain_sha256) = 32),
    constraint object_chunks_own_or_like_check
        check (num_nulls(like_object_id, like_chunk_no) in (0, 2) and (bytes is null) = (like_object_id is not null))
);
-- They are compressed already, or were not worth it.
alter table ingest.object_chunks alter column bytes set storage external;
comment on table ingest.object_chunks is 'The bytes of ingest.objects in pieces, sent by COPY between opening and closing.';
comment on column ingest.object_chunks.chunk_no is 'Place of the piece, from 0.';
comment on column ingest.object_chunks.bytes is 'Null when they are those of the chunk that like_object_id and like_chunk_no name.';
comment on column ingest.object_chunks.sha256 is 'Of its bytes, as they arrived; whatever the sender says it is.';
comment on column ingest.object_chunks.plain_bytes is 'How long it is unpacked, as the sender says; null: not told.';
comment on column ingest.object_chunks.plain_sha256 is 'Hash of what it is unpacked, as the sender says: what market.fn_known_chunks knows it by.';
comment on column ingest.object_chunks.like_object_id is 'An earlier object that has the same bytes; null: they are here.';
comment on column ingest.object_chunks.like_chunk_no is 'Which of its chunks. That one has bytes of its own.';

-- It runs as its owner: a session that sends chunks may not read the objects.
create function ingest._require_open_object()
returns trigger
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_encoding text;
begin
    select o.encoding into v_encoding from ingest.objects o where o.object_id = new.object_id and o.verdict = 'open';
    if not found then
        raise exception 'object % is not open', new.object_id
            using errcode = 'TB004', hint = 'Call market.fn_open_object first, in the same transaction.';
    end if;
    if new.bytes is not null then
        -- Here the bytes are at hand; who closes the object would read all of them back.
        new.sha256 := sha256(new.bytes);
        return new;
    end if;
    select c.sha256 into new.sha256
      from ingest.object_chunks c
      join ingest.objects o on o.object_id = c.object_id
     where c.object_id = new.like_object_id and c.chunk_no = new.like_chunk_no and c.bytes is not null and o.verdict = 'kept'
       and o.encoding = v_encoding and c.plain_sha256 = new.plain_sha256 and c.plain_bytes = new.plain_bytes;
    if not found then
        raise exception 'chunk % of object % is not like chunk % of object %', new.chunk_no, new.object_id, new.like_chunk_no, new.like_object_id
            using errcode = 'TB004', hint = 'Name a chunk that market.fn_known_chunks gave, with its hash and length, or send the bytes.';
    end if;
    return new;
end
$$;
comment on function ingest._require_open_object() is
    'Lets chunks be added only to an object that this transaction has opened, and hashes them; one without bytes only when the kept chunk '
    'that it names has the same content. Raises TB004.';
create trigger object_chunks_of_open_object
    before insert on ingest.object_chunks
    for each row execute function ingest._require_open_object();
comment on trigger object_chunks_of_open_object on ingest.object_chunks is 'What is kept is never added to.';

-- It runs as its owner: a deferred trigger fires at commit under the role of the session, which may not read here.
create function ingest._require_kept_object()
returns trigger
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (select from ingest.objects o where o.object_id = new.object_id and o.verdict = 'open') then
        raise exception 'object % was opened and not closed in the same transaction', new.object_id
            using errcode = 'TB004', hint = 'Call market.fn_close_object before COMMIT, or roll back.';
    end if;
    return null;
end
$$;
comment on function ingest._require_kept_object() is 'Deferred check that no object is committed while open. Raises TB004.';
create constraint trigger objects_kept_at_commit
    after insert or update on ingest.objects
    deferrable initially deferred
    for each row when (new.verdict = 'open')
    execute function ingest._require_kept_object();
comment on trigger objects_kept_at_commit on ingest.objects is 'An object is opened and closed in one transaction or not at all.';

create table ingest.quarantine (
    quarantine_id uuid        not null,
    source        text        not null,
    stream        text,
    batch_id      uuid,
    line          bigint,
    reason        text        not null,
    raw           text        not null,
    quarantined_at timestamptz not null default clock_timestamp(),
    settlement    text,
    settled_why   text,
    settled_at    timestamptz,
    ctx           jsonb,
    constraint quarantine_pkey primary key (quarantine_id),
    constraint quarantine_batch_id_fkey foreign key (batch_id) references ingest.batches (batch_id) on delete restrict,
    constraint quarantine_line_check check (line > 0),
    constraint quarantine_settlement_check check (settlement in ('loaded', 'discarded')),
    constraint quarantine_settled_check check (num_nulls(settlement, settled_why, settled_at) in (0, 3))
);
create index quarantine_open_idx on ingest.quarantine (quarantined_at) where settlement is null;
create index quarantine_batch_idx on ingest.quarantine (batch_id);
comment on table ingest.quarantine is
    'What was received and fits nowhere: an unknown stream or instrument, an implausible time, an answer that is no answer. It stays until '
    'somebody settles it, and after that as a record.';
comment on column ingest.quarantine.stream is 'What it would have been, as the sender understood it; null when that is not known.';
comment on column ingest.quarantine.batch_id is 'The batch it came with; null when there is none.';
comment on column ingest.quarantine.line is 'Line in the file of that batch, from 1.';
comment on column ingest.quarantine.raw is 'The row or payload as received; bytes that are not text are escaped by the sender.';
comment on column ingest.quarantine.settlement is 'loaded: it was loaded by other means; discarded: it is not wanted; null: still to be settled.';
comment on column ingest.quarantine.settled_why is 'The reason that was given.';
comment on column ingest.quarantine.ctx is 'Session, actor and correlation of the sender.';

-- A row that a better batch states again with the same values is not written again. It names the weaker batch for ever, and a third
-- batch between the two would win over it. So it is remembered here, by ranges, that the better one said the same.
create table ingest.confirmations (
    confirmed_by uuid        not null,
    first_time   timestamptz not null,
    last_time    timestamptz not null,
    key          jsonb,
    constraint confirmations_key unique nulls not distinct (confirmed_by, first_time, key),
    constraint confirmations_confirmed_by_fkey foreign key (confirmed_by) references ingest.batches (batch_id) on delete restrict,
    constraint confirmations_range_check check (first_time <= last_time)
);
comment on table ingest.confirmations is
    'Rows that a batch stated again with the values that stood: all of its series that stood when it was loaded, from first_time to '
    'last_time, both included. Kept where the rows are of batches of lower precedence.';
comment on column ingest.confirmations.confirmed_by is 'The batch that said the same.';
comment on column ingest.confirmations.key is 'When not all rows of a moment were confirmed, the key of the one that was; else null.';

select bus.fn_declare_event_type('market.file_registered', 'market', 'ingest_file', 'A content was registered as a revision of its path.',
    '{"required": {"source": "string", "path": "string", "revision": "integer", "sha256": "string", "size_bytes": "integer", "checksum": "string"},
      "optional": {"published_sha256": "string", "override_reason": "string"}}');
select bus.fn_declare_event_type('market.file_refused', 'market', 'ingest_file', 'A file has not the hash that its source publishes.',
    '{"required": {"source": "string", "path": "string", "sha256": "string", "published_sha256": "string", "refusal_code": "string"}}');
select bus.fn_declare_event_type('market.object_kept', 'market', 'ingest_object', 'A content was kept as received.',
    '{"required": {"object_id": "uuid", "sha256": "string", "size_bytes": "integer", "encoding": "string", "chunks": "integer", "stored_bytes": "integer"}}');
select bus.fn_declare_event_type('market.cursor_advanced', 'market', 'ingest_cursor', 'A source delivered a series up to here, without rows.',
    '{"required": {"source": "string", "stream": "string"},
      "optional": {"instrument_id": "uuid", "interval_s": "integer", "last_time": "timestamp", "last_id": "integer", "page_state": "object",
                   "batch_id": "uuid"}}');
select bus.fn_declare_event_type('market.source_ranked', 'market', 'ingest_source', 'It was decided how far a source is believed.',
    '{"required": {"source": "string", "rank": "integer", "reason": "string"}, "optional": {"old_rank": "integer"}}');
select bus.fn_declare_event_type('market.quarantined', 'market', 'quarantine', 'Something received fits nowhere and waits to be settled.',
    '{"required": {"quarantine_id": "uuid", "source": "string", "reason": "string"},
      "optional": {"stream": "string", "batch_id": "uuid", "line": "integer"}}');
select bus.fn_declare_event_type('market.quarantine_settled', 'market', 'quarantine', 'What was quarantined is settled.',
    '{"required": {"quarantine_id": "uuid", "settlement": "string", "reason": "string"}}');
