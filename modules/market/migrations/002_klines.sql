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

insert into ingest.streams (stream, target, time_column, key_columns, value_columns, interval_column, comment)
  values ('klines', 'market.klines', 'open_time', '{instrument_id, interval_s, open_time}',
          '{open, high, low, close, volume, quote_volume, trade_count, taker_buy_volume, taker_buy_quote_volume}', 'interval_s',
          'Candles of trades.');

-- One table for the losing values of all streams: they are few, and whoever asks for them asks by series and time.
create table market.superseded (
    stream        text        not null,
    key           jsonb       not null,
    batch_id      uuid        not null,
    superseded_by uuid        not null,
    line          bigint      not null default 0,
    instrument_id uuid,
    interval_s    integer,
    row_time      timestamptz not null,
    row           jsonb       not null,
    superseded_at timestamptz not null default now(),
    constraint superseded_pkey primary key (stream, key, batch_id, superseded_by, line),
    constraint superseded_line_check check (line >= 0)
);
create index superseded_series_idx on market.superseded (stream, instrument_id, interval_s, row_time);
create index superseded_by_idx on market.superseded (superseded_by);
comment on table market.superseded is
    'Values that lost to those of another batch, or of a later line of the same file. Nothing received is dropped.';
comment on column market.superseded.key is 'Key columns of the row by name, those of its series included.';
comment on column market.superseded.batch_id is 'The batch that had brought these values.';
comment on column market.superseded.superseded_by is 'The batch whose values won.';
comment on column market.superseded.line is
    'Line in the file when the values lost as they arrived and never stood; 0 when they had stood in the table.';
comment on column market.superseded.row_time is 'The moment the row speaks of.';
comment on column market.superseded.row is 'The losing values by column name; numbers are written so that they come back the same.';
comment on column market.superseded.superseded_at is
    'Start of the transaction in which they lost. Values that had stood were what was known until then.';
