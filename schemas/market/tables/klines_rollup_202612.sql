-- daybook mirror: table market.klines_rollup_202612
-- needs: market/tables/klines_rollup.sql

create table market.klines_rollup_202612 (
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
    constraint klines_rollup_202612_pkey PRIMARY KEY (instrument_id, interval_s, open_time),
    constraint klines_rollup_interval_s_check CHECK ((interval_s = ANY (ARRAY[300, 900, 3600, 14400, 86400]))),
    constraint klines_rollup_n_present_check CHECK ((n_present > 0))
)
with (fillfactor=90);

alter table market.klines_rollup_202612 owner to daybook_owner;

alter table only market.klines_rollup attach partition market.klines_rollup_202612 FOR VALUES FROM ('2026-12-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');

comment on table market.klines_rollup_202612 is 'Rows of market.klines_rollup of 2026-12 (UTC).';
comment on column market.klines_rollup_202612.open_time is 'First moment of the bucket, a multiple of interval_s since 1970-01-01 UTC.';
comment on column market.klines_rollup_202612.volume is 'Sum of the level below, in the order of time: 5 minutes from single minutes, 15 minutes from 5, 1 hour from 15, 4 hours from 1, 1 day from 4. So are the other sums.';
comment on column market.klines_rollup_202612.quote_volume is 'Null when a minute of the bucket does not say; so are the columns after it.';
comment on column market.klines_rollup_202612.n_present is 'Minutes that stand in market.klines, of interval_s / 60.';
comment on column market.klines_rollup_202612.final is 'Every minute is there, or a source has delivered past the end of the bucket; and no open repair touches it. A minute that comes late nevertheless is rolled up too.';
