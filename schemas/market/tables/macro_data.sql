-- daybook mirror: table market.macro_data

create table market.macro_data (
    series text not null,
    observed_at timestamp with time zone not null,
    value double precision not null,
    batch_id uuid not null,
    constraint macro_data_pkey PRIMARY KEY (series, observed_at),
    constraint macro_data_series_check CHECK ((series ~ '^[[:graph:]]{1,100}$'::text))
);

alter table market.macro_data owner to daybook_owner;

comment on table market.macro_data is 'Economic series as their publisher states them; a later revision of a value supersedes the one before.';
comment on column market.macro_data.series is 'The publisher''s name of the series: DTWEXBGS, VIXCLS.';
comment on column market.macro_data.observed_at is 'What the value is of: the moment, or the start of the day or longer period, UTC.';
comment on column market.macro_data.value is 'The value, in the unit of the series.';
comment on column market.macro_data.batch_id is 'The batch (ingest.batches) that brought these values; when it came says when they were known.';

grant select, insert on market.macro_data to daybook_api;
grant insert on market.macro_data to daybook_data_writer;
grant select on market.macro_data to daybook_lab_reader;
grant update (value, batch_id) on market.macro_data to daybook_api;
