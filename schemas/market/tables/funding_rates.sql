-- daybook mirror: table market.funding_rates
-- needs: util/types/amount.sql

create table market.funding_rates (
    instrument_id uuid not null,
    funding_time timestamp with time zone not null,
    raw_time timestamp with time zone not null,
    rate util.amount not null,
    interval_hours integer,
    mark_price double precision,
    batch_id uuid not null,
    constraint funding_rates_pkey PRIMARY KEY (instrument_id, funding_time),
    constraint funding_rates_interval_check CHECK ((interval_hours > 0))
);

alter table market.funding_rates owner to daybook_owner;

comment on table market.funding_rates is 'Funding rates of a contract as settled, one for each funding time. What a venue states in between is in market.funding_snapshots.';
comment on column market.funding_rates.instrument_id is 'The contract (ref.instruments).';
comment on column market.funding_rates.funding_time is 'The time of settlement on the grid of the funding interval, UTC.';
comment on column market.funding_rates.raw_time is 'The time as received; venues state it some milliseconds off the grid.';
comment on column market.funding_rates.rate is 'Rate of the interval as a fraction, exact: 0.0001 is one basis point; longs pay shorts when it is positive.';
comment on column market.funding_rates.interval_hours is 'Hours that the rate is for; null when the source does not say.';
comment on column market.funding_rates.mark_price is 'Mark price at settlement, in the quote asset; null when the source does not say.';
comment on column market.funding_rates.batch_id is 'The batch (ingest.batches) that brought these values.';

grant select, insert on market.funding_rates to daybook_api;
grant insert on market.funding_rates to daybook_data_writer;
grant select on market.funding_rates to daybook_lab_reader;
grant update (raw_time, rate, interval_hours, mark_price, batch_id) on market.funding_rates to daybook_api;
