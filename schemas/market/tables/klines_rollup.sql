-- daybook mirror: table market.klines_rollup

create table market.klines_rollup (
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
    n_present integer not null,
    final boolean not null,
    constraint klines_rollup_pkey PRIMARY KEY (instrument_id, interval_s, open_time),
    constraint klines_rollup_interval_s_check CHECK ((interval_s = ANY (ARRAY[300, 900, 3600, 14400, 86400]))),
    constraint klines_rollup_n_present_check CHECK ((n_present > 0))
)
partition by RANGE (open_time);

-- Its partitions are made while the system runs and are not written one by one, unless one differs from this
-- table, or from most of the others, in more than its bounds.

alter table market.klines_rollup owner to daybook_owner;

comment on table market.klines_rollup is 'Candles of 5 and 15 minutes, 1 and 4 hours and 1 day (UTC), made of the one-minute candles of market.klines by market.fn_roll_up. A bucket without a minute has no row.';
comment on column market.klines_rollup.open_time is 'First moment of the bucket, a multiple of interval_s since 1970-01-01 UTC.';
comment on column market.klines_rollup.volume is 'Sum of the level below, in the order of time: 5 minutes from single minutes, 15 minutes from 5, 1 hour from 15, 4 hours from 1, 1 day from 4. So are the other sums.';
comment on column market.klines_rollup.quote_volume is 'Null when a minute of the bucket does not say; so are the columns after it.';
comment on column market.klines_rollup.n_present is 'Minutes that stand in market.klines, of interval_s / 60.';
comment on column market.klines_rollup.final is 'Every minute is there, or a source has delivered past the end of the bucket; and no open repair touches it. A minute that comes late nevertheless is rolled up too.';

grant select, insert, delete on market.klines_rollup to daybook_api;
grant select on market.klines_rollup to daybook_lab_reader;
grant update (open, high, low, close, volume, quote_volume, trade_count, taker_buy_volume, taker_buy_quote_volume, n_present, final) on market.klines_rollup to daybook_api;
