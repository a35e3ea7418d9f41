-- daybook mirror: table market.klines_superseded

create table market.klines_superseded (
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
    superseded_by uuid not null,
    line bigint default 0 not null,
    superseded_at timestamp with time zone default now() not null,
    constraint klines_superseded_pkey PRIMARY KEY (instrument_id, interval_s, open_time, superseded_by, line)
);

alter table market.klines_superseded owner to daybook_owner;

comment on table market.klines_superseded is 'Values of candles that a later batch, or a later line of the same file, replaced. Nothing received is dropped.';
comment on column market.klines_superseded.batch_id is 'The batch that had brought these values.';
comment on column market.klines_superseded.superseded_by is 'The batch whose values won.';
comment on column market.klines_superseded.line is 'Line in the file when a later line of the same file won; 0 when the values had been in market.klines.';
comment on column market.klines_superseded.superseded_at is 'Start of the transaction that replaced them: until then these values were what was known.';

grant select, insert on market.klines_superseded to daybook_api;
grant select on market.klines_superseded to daybook_lab_reader;
