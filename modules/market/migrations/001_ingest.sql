-- The register of everything that was received. Raw facts live in schema ingest
-- and are never corrected in place; the cleaned series live in schema market.

create schema if not exists ingest;
comment on schema ingest is
    'What was received, exactly as it came: batches, files, objects, rejected and quarantined rows, cursors. Append-only '
    'apart from a batch being closed, a cursor moving on and the rank of a source.';

-- Which source is believed when two state different values is data, not code.
create table ingest.sources (
    source     text        not null,
    rank       integer     not null,
    comment    text        not null,
    changed_at timestamptz not null default clock_timestamp(),
    constraint sources_pkey primary key (source),
    constraint sources_rank_check check (rank between 0 and 1000000),
    constraint sources_comment_check check (comment <> '')
);
comment on table ingest.sources is
    'Sources that deliver market data and how far each is believed. A source that is not listed has rank 0.';
comment on column ingest.sources.rank is
    'Of two values for one row that of the higher rank stands. A change is for conflicts that come after it.';

insert into ingest.sources (source, rank, comment)
  values ('correction',      900000, 'A correction by hand, with its reason: stands above everything that is received.'),
         ('archive_monthly', 500000, 'Files of a month from the archive of a venue, made when the month was over.'),
         ('archive_daily',   400000, 'Files of a day from the archive of a venue.'),
         ('rest',            200000, 'Answers of a venue to requests.'),
         ('websocket',       100000, 'What a venue pushed.');

-- What a stream is and where its rows stand. The loading functions are made of this and know no table by name.
create table ingest.streams (
    stream          text     not null,
    target          text     not null,
    time_column     text     not null,
    key_columns     text[]   not null,
    value_columns   text[]   not null,
    constants       jsonb    not null default '{}',
    has_instrument  boolean  not null default true,
    interval_column text,
    id_column       text,
    time_slack      interval not null default '0',
    comment         text     not null,
    constraint streams_pkey primary key (stream),
    constraint streams_target_check check (target ~ '^market\.[a-z_]+$'),
    constraint streams_key_columns_check check (cardinality(key_columns) > 0),
    constraint streams_value_columns_check check (cardinality(value_columns) > 0),
    constraint streams_series_in_key_check
        check (('instrument_id' = any (key_columns)) = has_instrument
               and (interval_column is null or interval_column = any (key_columns))),
    constraint streams_constants_check check (jsonb_typeof(constants) = 'object'),
    constraint streams_id_column_check check (id_column = any (key_columns)),
    -- Rows are looked for near the time they state, so a row whose key is not its time says how near.
    constraint streams_time_slack_check
        check (time_slack >= '0' and (time_column = any (key_columns)) = (time_slack = '0'))
);
comment on table ingest.streams is 'The kinds of data that can be loaded, and the table of each. Rows are made by migrations.';
comment on column ingest.streams.target is 'The table that holds the rows of this stream; several streams may share one.';
comment on column ingest.streams.time_column is 'The moment a row speaks of; the table may be partitioned by it.';
comment on column ingest.streams.key_columns is 'What makes two rows statements about the same thing; instrument_id first where there is one.';
comment on column ingest.streams.value_columns is 'What a row states. Key, value columns and batch_id are all the columns of the target.';
comment on column ingest.streams.constants is 'Key columns that have one value in this stream: what tells apart streams that share a table.';
comment on column ingest.streams.has_instrument is 'Whether each batch is of one instrument.';
comment on column ingest.streams.interval_column is 'The key column that holds the length of an interval in seconds; each batch is of one. Null where there is none.';
comment on column ingest.streams.id_column is 'The number that the venue gives each row in ascending order, where there is one.';
comment on column ingest.streams.time_slack is
    'How far apart two sources may state the time of one row when the time is no part of its key; further apart they are different rows.';

-- What stood under a path, content by content. A path is registered before its batches, which may be several.
create table ingest.files (
    source           text        not null,
    path             text        not null,
    revision         integer     not null,
    sha256           bytea       not null,
    size_bytes       bigint      not null,
    published_sha256 bytea,
    checksum         text        not null,
    override_reason  text,
    member_name      text,
    member_crc32     bigint,
    member_size      bigint,
    dialect          jsonb,
    registered_at    timestamptz not null default clock_timestamp(),
    ctx              jsonb,
    constraint files_pkey primary key (source, path, revision),
    constraint files_revision_check check (revision > 0),
    constraint files_sha256_check check (octet_length(sha256) = 32),
    constraint files_size_bytes_check check (size_bytes >= 0),
    constraint files_published_sha256_check check (octet_length(published_sha256) = 32),
    constraint files_checksum_check check (checksum in ('none', 'verified', 'overridden')),
    constraint files_verdict_check
        check ((checksum = 'none') = (published_sha256 is null)
               and (checksum = 'verified') = (published_sha256 is not distinct from sha256)
               and (checksum = 'overridden') = (override_reason is not null)),
    constraint files_member_crc32_check check (member_crc32 between 0 and 4294967295),
    constraint files_member_size_check check (member_size >= 0)
);
create index files_sha256_idx on ingest.files (sha256);
comment on table ingest.files is
    'Files as they were received, append-only: each different content of a path is one more revision of it. The batches made '
    'of a file carry its source, path (file_name) and revision.';
comment on column ingest.files.path is 'What the file is called where it comes from, folders included where they say what it is.';
comment on column ingest.files.revision is
    'Counts the contents of this path from 1. A path that goes back to an earlier content gets another revision.';
comment on column ingest.files.sha256 is 'Hash of the bytes as received, compression included.';
comment on column ingest.files.published_sha256 is 'The hash that the source publishes for this path; null when it publishes none.';
comment on column ingest.files.checksum is
    'verified: the content has the published hash; overridden: it has not, and somebody said why it is loaded all the same; none: '
    'nothing was published.';
comment on column ingest.files.override_reason is 'Why a content without the published hash was accepted.';
comment on column ingest.files.member_name is 'Name of the file inside the archive file; null when it is no archive.';
comment on column ingest.files.member_crc32 is 'CRC-32 of that member, as the archive states it and as it was verified.';
comment on column ingest.files.member_size is 'Size of that member, uncompressed.';
comment on column ingest.files.dialect is 'How it was read: separator, header, columns, units of time.';
comment on column ingest.files.ctx is 'Session, actor and correlation of the sender.';

create table ingest.batches (
    batch_id      uuid        not null,
    source        text        not null,
    stream        text,
    instrument_id uuid,
    interval_s    integer,
    file_name     text        not null,
    revision      integer     not null default 1,
    sha256        bytea,
    size_bytes    bigint,
    target        text,
    first_time    timestamptz,
    last_time     timestamptz,
    opened_at     timestamptz not null default clock_timestamp(),
    closed_at     timestamptz,
    verdict       text        not null,
    reason        text,
    rows_in       bigint      not null default 0,
    inserted      bigint      not null default 0,
    duplicate     bigint      not null default 0,
    superseded    bigint      not null default 0,
    rejected      bigint      not null default 0,
    ctx           jsonb,
    notes         jsonb,
    load_no       bigint      not null generated always as identity,
    constraint batches_pkey primary key (batch_id),
    constraint batches_instrument_id_fkey foreign key (instrument_id)
        references ref.instruments (instrument_id) on delete restrict,
    constraint batches_verdict_check check (verdict in ('open', 'loaded', 'refused')),
    constraint batches_stream_fkey foreign key (stream) references ingest.streams (stream) on delete restrict,
    constraint batches_revision_check check (revision > 0),
    constraint batches_interval_s_check check (interval_s > 0),
    constraint batches_sha256_check check (octet_length(sha256) = 32),
    constraint batches_size_bytes_check check (size_bytes >= 0),
    -- Every row of a batch has exactly one fate. This is the promise of the whole module.
    constraint batches_every_row_accounted_check
        check (rows_in = inserted + duplicate + superseded + rejected
               and inserted >= 0 and duplicate >= 0 and superseded >= 0 and rejected >= 0),
    constraint batches_refused_has_reason_check
        check ((verdict = 'refused') = (reason is not null)),
    constraint batches_notes_check check (jsonb_typeof(notes) = 'object'),
    constraint batches_closed_check
        check ((verdict = 'open') = (closed_at is null)),
    constraint batches_loaded_is_known_check
        check (verdict = 'refused'
               or (stream is not null and target is not null and (verdict = 'open' or sha256 is not null)))
);

-- One content is loaded once per series. Refused attempts may repeat: the next
-- one may name the columns that the first one could not find out. A path that goes
-- back to what it held before is a new revision, and is loaded again.
create unique index batches_loaded_once_key
    on ingest.batches (source, stream, instrument_id, interval_s, sha256, revision) nulls not distinct
    where verdict = 'loaded';
create index batches_sha256_idx on ingest.batches (sha256);
create index batches_series_idx on ingest.batches (stream, instrument_id, interval_s, last_time);
create index batches_file_idx on ingest.batches (source, file_name);

comment on table ingest.batches is
    'One row per file or response received: where it came from, what it was, and what became of each of its rows.';
comment on column ingest.batches.batch_id is 'Chosen by the sender before sending; sending it again answers replayed.';
comment on column ingest.batches.source is 'Who delivered it, for example a venue or an archive.';
comment on column ingest.batches.stream is 'Kind of data inside the source, one of ingest.streams; null only when it was refused before that was known.';
comment on column ingest.batches.instrument_id is
    'The instrument of all its rows; null for streams without one, and when it was refused before that was known.';
comment on column ingest.batches.interval_s is 'The interval of all its rows in seconds; null for streams without one.';
comment on column ingest.batches.revision is
    'Which content of its file this is: 1 unless ingest.files knows the path with other content from before.';
comment on column ingest.batches.sha256 is 'Hash of the bytes as received, compression included.';
comment on column ingest.batches.target is
    'Where the rows were sent: straight into the table, or into the stage to be merged.';
comment on column ingest.batches.first_time is
    'Oldest time among the accepted rows; while open, as announced by the sender.';
comment on column ingest.batches.last_time is
    'Newest time among the accepted rows; while open, as announced by the sender.';
comment on column ingest.batches.verdict is
    'loaded or refused; open exists only inside the transaction that loads and can never be committed.';
comment on column ingest.batches.reason is 'Why it was refused.';
comment on column ingest.batches.rows_in is 'Rows the sender read; always inserted + duplicate + superseded + rejected.';
comment on column ingest.batches.inserted is 'Rows that were new.';
comment on column ingest.batches.duplicate is 'Rows equal to what was there already, or to a later line of the same file.';
comment on column ingest.batches.notes is
    'What its sender noticed of the values: lossy_values, how many have more digits than are kept (a double, a microsecond), the first in lossy_line and '
    'lossy_column, the object as received has them in full; time_units, when times are written in several. Null: nothing.';
comment on column ingest.batches.superseded is
    'Rows that met other values, in the table or in a later line of the same file, and replaced them or lost to them; the '
    'losing values are in market.superseded.';
comment on column ingest.batches.rejected is 'Rows that could not be accepted; each is in ingest.rejects.';
comment on column ingest.batches.ctx is 'Session, actor and correlation of the sender.';
comment on column ingest.batches.load_no is 'Order in which the batches of a series were loaded; numbers may be missing.';

-- The rule "open never commits" cannot be a CHECK, because open is legal until
-- the transaction ends. The function stands here, beside its constraint, since
-- the trigger needs it when the table is made. It runs as its owner: a deferred
-- trigger fires at commit under the role of the session, which may not read here.
create function ingest._require_closed_batch()
returns trigger
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    -- The row as it was when the event was queued says nothing; look at what would be committed.
    if exists (select from ingest.batches b where b.batch_id = new.batch_id and b.verdict = 'open') then
        raise exception 'batch % was opened and not closed in the same transaction', new.batch_id
            using errcode = 'TB004',
                  hint = 'Call market.fn_close_batch before COMMIT, or roll back.';
    end if;
    return null;
end
$$;
comment on function ingest._require_closed_batch() is
    'Deferred check that no batch is committed while open. Raises TB004.';

create constraint trigger batches_closed_at_commit
    after insert or update on ingest.batches
    deferrable initially deferred
    for each row when (new.verdict = 'open')
    execute function ingest._require_closed_batch();
comment on trigger batches_closed_at_commit on ingest.batches is
    'A batch is opened and closed in one transaction or not at all.';

create table ingest.rejects (
    batch_id    uuid   not null,
    line        bigint not null,
    byte_offset bigint,
    reason      text   not null,
    raw         text,
    constraint rejects_pkey primary key (batch_id, line),
    constraint rejects_batch_id_fkey foreign key (batch_id)
        references ingest.batches (batch_id) on delete restrict,
    constraint rejects_line_check check (line > 0),
    constraint rejects_byte_offset_check check (byte_offset >= 0)
);
comment on table ingest.rejects is
    'Rows of a batch that could not be accepted, with their place in the file and the reason.';
comment on column ingest.rejects.line is 'Line in the file, counted from 1.';
comment on column ingest.rejects.byte_offset is 'Where the line begins in the uncompressed content, counted from 0.';
comment on column ingest.rejects.raw is 'The line as received; bytes that are not text are escaped by the sender.';

create table ingest.cursors (
    source        text        not null,
    stream        text        not null,
    instrument_id uuid,
    interval_s    integer,
    last_time     timestamptz,
    last_id       bigint,
    page_state    jsonb,
    revision      integer     not null default 1,
    batch_id      uuid,
    advanced_at   timestamptz not null default clock_timestamp(),
    constraint cursors_key unique nulls not distinct (source, stream, instrument_id, interval_s),
    constraint cursors_stream_fkey foreign key (stream) references ingest.streams (stream) on delete restrict,
    constraint cursors_instrument_id_fkey foreign key (instrument_id)
        references ref.instruments (instrument_id) on delete restrict,
    constraint cursors_batch_id_fkey foreign key (batch_id)
        references ingest.batches (batch_id) on delete restrict,
    constraint cursors_interval_s_check check (interval_s > 0),
    constraint cursors_revision_check check (revision > 0)
);
create index cursors_instrument_idx on ingest.cursors (instrument_id, stream, interval_s);
comment on table ingest.cursors is
    'How far each source has delivered a series. Times and ids move only forward, in the transaction of the rows they cover.';
comment on column ingest.cursors.last_time is 'Newest time delivered by this source.';
comment on column ingest.cursors.last_id is 'Highest id delivered by this source, for streams with ids.';
comment on column ingest.cursors.page_state is 'What the sender needs to ask for the next page, in its own words.';
comment on column ingest.cursors.revision is 'Revision of the file that brought it here.';
comment on column ingest.cursors.batch_id is 'The batch that moved the cursor here; null when a page without rows did.';
