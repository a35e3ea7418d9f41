-- daybook mirror: table ingest.sources

create table ingest.sources (
    source text not null,
    rank integer not null,
    comment text not null,
    changed_at timestamp with time zone default clock_timestamp() not null,
    constraint sources_pkey PRIMARY KEY (source),
    constraint sources_comment_check CHECK ((comment <> ''::text)),
    constraint sources_rank_check CHECK (((rank >= 0) AND (rank <= 1000000)))
);

alter table ingest.sources owner to daybook_owner;

comment on table ingest.sources is 'Sources that deliver market data and how far each is believed. A source that is not listed has rank 0.';
comment on column ingest.sources.rank is 'Of two values for one row that of the higher rank stands. A change is for conflicts that come after it.';

grant select, insert on ingest.sources to daybook_api;
grant select on ingest.sources to daybook_lab_reader;
grant update (rank, changed_at) on ingest.sources to daybook_api;
