-- daybook mirror: table market.open_interest

create table market.open_interest (
    instrument_id uuid not null,
    period_s integer not null,
    observed_at timestamp with time zone not null,
    open_interest double precision not null,
    open_interest_value double precision,
    batch_id uuid not null,
    constraint open_interest_pkey PRIMARY KEY (instrument_id, period_s, observed_at),
    constraint open_interest_period_check CHECK ((period_s > 0))
);

alter table market.open_interest owner to daybook_owner;

comment on table market.open_interest is 'Open interest of a contract at moments.';
comment on column market.open_interest.instrument_id is 'The contract (ref.instruments).';
comment on column market.open_interest.period_s is 'Seconds between one observation and the next, as the source states them or as it is asked.';
comment on column market.open_interest.observed_at is 'The moment of the observation, UTC.';
comment on column market.open_interest.open_interest is 'Open positions in the base asset, or in contracts where the venue counts those.';
comment on column market.open_interest.open_interest_value is 'What they are worth, in the quote asset; null when the source does not say.';
comment on column market.open_interest.batch_id is 'The batch (ingest.batches) that brought these values.';

grant select, insert on market.open_interest to daybook_api;
grant insert on market.open_interest to daybook_data_writer;
grant select on market.open_interest to daybook_lab_reader;
grant update (open_interest, open_interest_value, batch_id) on market.open_interest to daybook_api;
