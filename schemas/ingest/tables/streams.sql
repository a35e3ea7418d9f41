-- daybook mirror: table ingest.streams

create table ingest.streams (
    stream text not null,
    target text not null,
    time_column text not null,
    key_columns text[] not null,
    value_columns text[] not null,
    constants jsonb default '{}'::jsonb not null,
    has_instrument boolean default true not null,
    interval_column text,
    id_column text,
    time_slack interval default '00:00:00'::interval not null,
    comment text not null,
    constraint streams_pkey PRIMARY KEY (stream),
    constraint streams_constants_check CHECK ((jsonb_typeof(constants) = 'object'::text)),
    constraint streams_id_column_check CHECK ((id_column = ANY (key_columns))),
    constraint streams_key_columns_check CHECK ((cardinality(key_columns) > 0)),
    constraint streams_series_in_key_check CHECK (((('instrument_id'::text = ANY (key_columns)) = has_instrument) AND ((interval_column IS NULL) OR (interval_column = ANY (key_columns))))),
    constraint streams_target_check CHECK ((target ~ '^market\.[a-z_]+$'::text)),
    constraint streams_time_slack_check CHECK (((time_slack >= '00:00:00'::interval) AND ((time_column = ANY (key_columns)) = (time_slack = '00:00:00'::interval)))),
    constraint streams_value_columns_check CHECK ((cardinality(value_columns) > 0))
);

alter table ingest.streams owner to daybook_owner;

comment on table ingest.streams is 'The kinds of data that can be loaded, and the table of each. Rows are made by migrations.';
comment on column ingest.streams.target is 'The table that holds the rows of this stream; several streams may share one.';
comment on column ingest.streams.time_column is 'The moment a row speaks of; the table may be partitioned by it.';
comment on column ingest.streams.key_columns is 'What makes two rows statements about the same thing; instrument_id first where there is one.';
comment on column ingest.streams.value_columns is 'What a row states. Key, value columns and batch_id are all the columns of the target.';
comment on column ingest.streams.constants is 'Key columns that have one value in this stream: what tells apart streams that share a table.';
comment on column ingest.streams.has_instrument is 'Whether each batch is of one instrument.';
comment on column ingest.streams.interval_column is 'The key column that holds the length of an interval in seconds; each batch is of one. Null where there is none.';
comment on column ingest.streams.id_column is 'The number that the venue gives each row in ascending order, where there is one.';
comment on column ingest.streams.time_slack is 'How far apart two sources may state the time of one row when the time is no part of its key; further apart they are different rows.';

grant select on ingest.streams to daybook_api;
grant select on ingest.streams to daybook_lab_reader;
