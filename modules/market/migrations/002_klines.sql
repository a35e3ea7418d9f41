-- The cleaned candles. One partition per month of UTC, made when first needed;
-- there is no default partition, so a row of an unforeseen time is an error and
-- never a stray.

create schema if not exists market;
comment on schema market is
    'Cleaned market data: de-duplicated, one row per candle, with what a correction replaced.';

-- No foreign key leaves this table: a check per row would cost more than the
-- loading itself. The instrument is checked once per batch, when it is opened.
create table market.klines (
    instrument_id          uuid             not null,
    interval_s             integer          not null,
    open_time              timestamptz      not null,
    open                   double precision not null,
    high                   double precision not null,
    low                    double precision not null,
    close                  double precision not null,
    volume                 double precision not null,
    quote_volume           double precision,
    trade_count            bigint,
    taker_buy_volume       double precision,
    taker_buy_quote_volume double precision,
    batch_id               uuid             not null,
    constraint klines_pkey primary key (instrument_id, interval_s, open_time)
) partition by range (open_time);
comment on table market.klines is
    'Candles as cleaned, one row per instrument, interval and open time. Written by COPY between opening and closing a '
    'batch, read through the views.';
comment on column market.klines.interval_s is 'Length of the candle in seconds.';
comment on column market.klines.open_time is 'First moment the candle covers, UTC.';
comment on column market.klines.volume is 'Volume in the base asset, or in contracts where the venue counts those.';
comment on column market.klines.quote_volume is 'Volume in the quote asset; null when the source does not say.';
comment on column market.klines.trade_count is 'Number of trades; null when the source does not say.';
comment on column market.klines.taker_buy_volume is 'Part of volume that takers bought; null when the source does not say.';
comment on column market.klines.taker_buy_quote_volume is
    'Part of quote_volume that takers bought; null when the source does not say.';
comment on column market.klines.batch_id is 'The batch (ingest.batches) that brought these values.';

create table market.klines_superseded (
    instrument_id          uuid             not null,
    interval_s             integer          not null,
    open_time              timestamptz      not null,
    open                   double precision not null,
    high                   double precision not null,
    low                    double precision not null,
    close                  double precision not null,
    volume                 double precision not null,
    quote_volume           double precision,
    trade_count            bigint,
    taker_buy_volume       double precision,
    taker_buy_quote_volume double precision,
    batch_id               uuid             not null,
    superseded_by          uuid             not null,
    line                   bigint           not null default 0,
    superseded_at          timestamptz      not null default now(),
    constraint klines_superseded_pkey primary key (instrument_id, interval_s, open_time, superseded_by, line)
);
comment on table market.klines_superseded is
    'Values of candles that a later batch, or a later line of the same file, replaced. Nothing received is dropped.';
comment on column market.klines_superseded.batch_id is 'The batch that had brought these values.';
comment on column market.klines_superseded.superseded_by is 'The batch whose values won.';
comment on column market.klines_superseded.line is
    'Line in the file when a later line of the same file won; 0 when the values had been in market.klines.';
comment on column market.klines_superseded.superseded_at is
    'Start of the transaction that replaced them: until then these values were what was known.';
