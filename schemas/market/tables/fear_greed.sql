-- daybook mirror: table market.fear_greed

create table market.fear_greed (
    observed_at timestamp with time zone not null,
    value double precision not null,
    classification text,
    batch_id uuid not null,
    constraint fear_greed_pkey PRIMARY KEY (observed_at),
    constraint fear_greed_value_check CHECK (((value >= (0)::double precision) AND (value <= (100)::double precision)))
);

alter table market.fear_greed owner to daybook_owner;

comment on table market.fear_greed is 'The fear and greed index of the crypto market, one value a day.';
comment on column market.fear_greed.observed_at is 'Start of the day that the value is of, UTC.';
comment on column market.fear_greed.value is 'From 0, extreme fear, to 100, extreme greed.';
comment on column market.fear_greed.classification is 'The publisher''s word for the value; null when the source does not say.';
comment on column market.fear_greed.batch_id is 'The batch (ingest.batches) that brought these values.';

grant select, insert on market.fear_greed to daybook_api;
grant insert on market.fear_greed to daybook_data_writer;
grant select on market.fear_greed to daybook_lab_reader;
grant update (value, classification, batch_id) on market.fear_greed to daybook_api;
