-- What lets a replay of known rows be recognised without reading them: the hash of a stretch of rows. Whether a hash still holds is
-- not kept here by whoever writes rows, since one of them would forget it, but read off the rows (ingest._standing_blocks).
create table ingest.blocks (
    stream        text        not null,
    instrument_id uuid,
    interval_s    integer,
    first_time    timestamptz not null,
    last_time     timestamptz not null,
    row_count     bigint      not null,
    sha256        bytea       not null,
    made_by       xid8        not null,
    horizon       xid8        not null,
    constraint blocks_key unique nulls not distinct (stream, instrument_id, interval_s, last_time),
    constraint blocks_stream_fkey foreign key (stream) references ingest.streams (stream) on delete restrict,
    constraint blocks_instrument_id_fkey foreign key (instrument_id) references ref.instruments (instrument_id) on delete restrict,
    constraint blocks_interval_s_check check (interval_s > 0),
    constraint blocks_range_check check (first_time <= last_time),
    constraint blocks_row_count_check check (row_count > 0),
    constraint blocks_sha256_check check (octet_length(sha256) = 32)
);
create index blocks_instrument_idx on ingest.blocks (instrument_id);
comment on table ingest.blocks is
    'Stretches of the rows of a series with a hash of their content, as senders computed it when they loaded or compared them. All rows from '
    'first_time to last_time, both included; no two of a series overlap. Only a hint: a block is believed when its rows prove that '
    'nobody has written there since. Made again by the next replay, so rows may be deleted at any time.';
comment on column ingest.blocks.stream is 'The series: its stream, …';
comment on column ingest.blocks.instrument_id is '… its instrument, null for streams without one, …';
comment on column ingest.blocks.interval_s is '… and its interval in seconds, null for streams without one.';
comment on column ingest.blocks.first_time is 'Time of its first row.';
comment on column ingest.blocks.last_time is 'Time of its last row.';
comment on column ingest.blocks.row_count is 'How many rows stand there.';
comment on column ingest.blocks.sha256 is
    'SHA-256 of the rows in the order of time and key: of each all columns but instrument, interval and batch, as COPY writes them in binary.';
comment on column ingest.blocks.made_by is 'The transaction that made it. When another one wrote this row it was restored from a backup, and says nothing.';
comment on column ingest.blocks.horizon is 'Every transaction before this one was over when the rows were looked at.';
