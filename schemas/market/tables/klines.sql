-- daybook mirror: table market.klines

create table market.klines (
    instrument_id uuid not null,
    interval_s integer not null,
    open_time timestamp with time zone not null,
    open double precision not null,
    high double precision not null,
    low double precision not null,
    close double precision not null,
    volume double precision not null,
    quote_volume double precision,
    trade_count bigint,
    taker_buy_volume double precision,
    taker_buy_quote_volume double precision,
    batch_id uuid not null,
    constraint klines_pkey PRIMARY KEY (instrument_id, interval_s, open_time)
)
partition by RANGE (open_time);

-- Its partitions are made while the system runs and are not written one by one, unless one differs from this
-- table, or from most of the others, in more than its bounds.

alter table market.klines owner to daybook_owner;

comment on table market.klines is 'Candles as cleaned, one row per instrument, interval and open time. Written by COPY between opening and closing a batch, read through the views.';
comment on column market.klines.interval_s is 'Length of the candle in seconds.';
comment on column market.klines.open_time is 'First moment the candle covers, UTC.';
comment on column market.klines.volume is 'Volume in the base asset, or in contracts where the venue counts those.';
comment on column market.klines.quote_volume is 'Volume in the quote asset; null when the source does not say.';
comment on column market.klines.trade_count is 'Number of trades; null when the source does not say.';
comment on column market.klines.taker_buy_volume is 'Part of volume that takers bought; null when the source does not say.';
comment on column market.klines.taker_buy_quote_volume is 'Part of quote_volume that takers bought; null when the source does not say.';
comment on column market.klines.batch_id is 'The batch (ingest.batches) that brought these values.';

grant select, insert on market.klines to daybook_api;
grant insert on market.klines to daybook_data_writer;
grant select on market.klines to daybook_lab_reader;
grant update (open, high, low, close, volume, quote_volume, trade_count, taker_buy_volume, taker_buy_quote_volume, batch_id) on market.klines to daybook_api;
