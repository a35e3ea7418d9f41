-- daybook mirror: table market.price_klines

create table market.price_klines (
    instrument_id uuid not null,
    price text not null,
    interval_s integer not null,
    open_time timestamp with time zone not null,
    open double precision not null,
    high double precision not null,
    low double precision not null,
    close double precision not null,
    batch_id uuid not null,
    constraint price_klines_pkey PRIMARY KEY (instrument_id, price, interval_s, open_time),
    constraint price_klines_price_check CHECK ((price = ANY (ARRAY['mark'::text, 'index'::text, 'premium'::text, 'bid'::text, 'ask'::text])))
)
partition by RANGE (open_time);

-- Its partitions are made while the system runs and are not written one by one, unless one differs from this
-- table, or from most of the others, in more than its bounds.

alter table market.price_klines owner to daybook_owner;

comment on table market.price_klines is 'Candles of prices that are stated rather than traded: mark price, index price and premium index of a contract, bid and ask of a dealer.';
comment on column market.price_klines.instrument_id is 'The contract (ref.instruments).';
comment on column market.price_klines.price is 'mark, index, premium, bid or ask. All are prices in the quote asset but premium, a fraction of the index that may be negative.';
comment on column market.price_klines.interval_s is 'Length of the candle in seconds.';
comment on column market.price_klines.open_time is 'First moment the candle covers, UTC.';
comment on column market.price_klines.open is 'First value of the interval.';
comment on column market.price_klines.high is 'Highest value of the interval.';
comment on column market.price_klines.low is 'Lowest value of the interval.';
comment on column market.price_klines.close is 'Last value of the interval.';
comment on column market.price_klines.batch_id is 'The batch (ingest.batches) that brought these values.';

grant select, insert on market.price_klines to daybook_api;
grant insert on market.price_klines to daybook_data_writer;
grant select on market.price_klines to daybook_lab_reader;
grant update (open, high, low, close, batch_id) on market.price_klines to daybook_api;
