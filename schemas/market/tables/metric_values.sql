-- daybook mirror: table market.metric_values

create table market.metric_values (
    instrument_id uuid not null,
    name text not null,
    metric_time timestamp with time zone not null,
    value double precision not null,
    batch_id uuid not null,
    constraint metric_values_pkey PRIMARY KEY (instrument_id, name, metric_time),
    constraint metric_values_name_check CHECK ((name ~ '^[a-z][a-z0-9_.]{0,99}$'::text))
);

alter table market.metric_values owner to daybook_owner;

comment on table market.metric_values is 'Further metrics of an instrument by name, one value a row: VPIN, a z-score of funding, whatever is computed elsewhere.';
comment on column market.metric_values.instrument_id is 'What it is a metric of (ref.instruments).';
comment on column market.metric_values.name is 'Lower-case name that says what is measured and how, with the unit when there is one: vpin_50.';
comment on column market.metric_values.metric_time is 'When the value was known: the end of what it was computed from, UTC.';
comment on column market.metric_values.value is 'The value, in the unit that the name implies.';
comment on column market.metric_values.batch_id is 'The batch (ingest.batches) that brought these values.';

grant select, insert on market.metric_values to daybook_api;
grant insert on market.metric_values to daybook_data_writer;
grant select on market.metric_values to daybook_lab_reader;
grant update (value, batch_id) on market.metric_values to daybook_api;
