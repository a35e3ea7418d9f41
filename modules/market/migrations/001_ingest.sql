-- The register of everything that was received. Raw facts live in schema ingest
-- and are never corrected in place; the cleaned series live in schema market.

create schema if not exists ingest;
comment on schema ingest is
    'What was received, exactly as it came: batches, rejected rows, cursors. Append-only apart from a batch being '
    'closed and a cursor moving on.';

create table ingest.batches (
    batch_id      uuid        not null,
    source        text        not null,
    stream        text        not null,
    instrument_id uuid,
    interval_s    integer,
    file_name     text        not null,
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
    constraint batches_pkey primary key (batch_id),
    constraint batches_instrument_id_fkey foreign key (instrument_id)
        references ref.instruments (instrument_id) on delete restrict,
    constraint batches_verdict_check check (verdict in ('open', 'loaded', 'refused')),
    constraint batches_target_check check (target in ('market.klines', 'pg_temp.kline_stage')),
    constraint batches_interval_s_check check (interval_s > 0),
    constraint batches_sha256_check check (octet_length(sha256) = 32),
    constraint batches_size_bytes_check check (size_bytes >= 0),
    -- Every row of a batch has exactly one fate. This is the promise of the whole module.
    constraint batches_every_row_accounted_check
        check (rows_in = inserted + duplicate + superseded + rejected
               and inserted >= 0 and duplicate >= 0 and superseded >= 0 and rejected >= 0),
    constraint batches_refused_has_reason_check
        check ((verdict = 'refused') = (reason is not null)),
    constraint batches_closed_check
        check ((verdict = 'open') = (closed_at is null)),
    constraint batches_loaded_is_known_check
        check (verdict = 'refused'
               or (instrument_id is not null and interval_s is not null and sha256 is not null and target is not null))
);

-- One content is loaded once per stream. Refused attempts may repeat: the next
-- one may name the columns that the first one could not find out.
create unique index batches_loaded_once_key
    on ingest.batches (source, stream, instrument_id, interval_s, sha256)
    where verdict = 'loaded';
create index batches_sha256_idx on ingest.batches (sha256);
create index batches_instrument_idx on ingest.batches (instrument_id, interval_s, opened_at);

comment on table ingest.batches is
    'One row per file or response received: where it came from, what it was, and what became of each of its rows.';
comment on column ingest.batches.batch_id is 'Chosen by the sender before sending; sending it again answers replayed.';
comment on column ingest.batches.source is 'Who delivered it, for example a venue or an archive.';
comment on column ingest.batches.stream is 'Kind of data inside the source: klines.';
comment on column ingest.batches.instrument_id is
    'The instrument of all its rows; null only when it was refused before that was known.';
comment on column ingest.batches.sha256 is 'Hash of the bytes as received, compression included.';
comment on column ingest.batches.target is
    'Where the rows were sent: straight into the table, or into the stage to be merged.';
comment on column ingest.batches.first_time is
    'Oldest open time among the accepted rows; while open, as announced by the sender.';
comment on column ingest.batches.last_time is
    'Newest open time among the accepted rows; while open, as announced by the sender.';
comment on column ingest.batches.verdict is
    'loaded or refused; open exists only inside the transaction that loads and can never be committed.';
comment on column ingest.batches.reason is 'Why it was refused.';
comment on column ingest.batches.rows_in is 'Rows the sender read; always inserted + duplicate + superseded + rejected.';
comment on column ingest.batches.inserted is 'Rows that were new.';
comment on column ingest.batches.duplicate is 'Rows equal to what was there already, or to a later line of the same file.';
comment on column ingest.batches.superseded is
    'Rows that replaced other values, or were replaced by a later line of the same file; the losing values are in '
    'market.klines_superseded.';
comment on column ingest.batches.rejected is 'Rows that could not be accepted; each is in ingest.rejects.';
comment on column ingest.batches.ctx is 'Session, actor and correlation of the sender.';

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
                  hint = 'Call market.fn_close_kline_batch before COMMIT, or roll back.';
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

create table ingest.klines_cursor (
    source         text        not null,
    instrument_id  uuid        not null,
    interval_s     integer     not null,
    last_open_time timestamptz not null,
    batch_id       uuid        not null,
    advanced_at    timestamptz not null default clock_timestamp(),
    constraint klines_cursor_pkey primary key (source, instrument_id, interval_s),
    constraint klines_cursor_instrument_id_fkey foreign key (instrument_id)
        references ref.instruments (instrument_id) on delete restrict,
    constraint klines_cursor_batch_id_fkey foreign key (batch_id)
        references ingest.batches (batch_id) on delete restrict
);
create index klines_cursor_instrument_idx on ingest.klines_cursor (instrument_id, interval_s);
comment on table ingest.klines_cursor is
    'How far each source has delivered a series. Moves only forward, in the transaction of the rows it covers.';
comment on column ingest.klines_cursor.last_open_time is 'Newest open time delivered by this source.';
comment on column ingest.klines_cursor.batch_id is 'The batch that moved the cursor here.';
