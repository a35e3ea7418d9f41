-- daybook mirror: table ingest.blocks

create table ingest.blocks (
    stream text not null,
    instrument_id uuid,
    interval_s integer,
    first_time timestamp with time zone not null,
    last_time timestamp with time zone not null,
    row_count bigint not null,
    sha256 bytea not null,
    made_by xid8 not null,
    horizon xid8 not null,
    constraint blocks_key UNIQUE NULLS NOT DISTINCT (stream, instrument_id, interval_s, last_time),
    constraint blocks_interval_s_check CHECK ((interval_s > 0)),
    constraint blocks_range_check CHECK ((first_time <= last_time)),
    constraint blocks_row_count_check CHECK ((row_count > 0)),
    constraint blocks_sha256_check CHECK ((octet_length(sha256) = 32))
);

alter table ingest.blocks owner to daybook_owner;

CREATE INDEX blocks_instrument_idx ON ingest.blocks USING btree (instrument_id);

comment on table ingest.blocks is 'Stretches of the rows of a series with a hash of their content, as senders computed it when they loaded or compared them. All rows from first_time to last_time, both included; no two of a series overlap. Only a hint: a block is believed when its rows prove that nobody has written there since. Made again by the next replay, so rows may be deleted at any time.';
comment on column ingest.blocks.stream is 'The series: its stream, …';
comment on column ingest.blocks.instrument_id is '… its instrument, null for streams without one, …';
comment on column ingest.blocks.interval_s is '… and its interval in seconds, null for streams without one.';
comment on column ingest.blocks.first_time is 'Time of its first row.';
comment on column ingest.blocks.last_time is 'Time of its last row.';
comment on column ingest.blocks.row_count is 'How many rows stand there.';
comment on column ingest.blocks.sha256 is 'SHA-256 of the rows in the order of time and key: of each all columns but instrument, interval and batch, as COPY writes them in binary.';
comment on column ingest.blocks.made_by is 'The transaction that made it. When another one wrote this row it was restored from a backup, and says nothing.';
comment on column ingest.blocks.horizon is 'Every transaction before this one was over when the rows were looked at.';

grant select, insert, delete on ingest.blocks to daybook_api;
grant select on ingest.blocks to daybook_lab_reader;

-- Once everything else exists:

alter table only ingest.blocks add constraint blocks_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES ref.instruments(instrument_id) ON DELETE RESTRICT;
alter table only ingest.blocks add constraint blocks_stream_fkey FOREIGN KEY (stream) REFERENCES ingest.streams(stream) ON DELETE RESTRICT;
