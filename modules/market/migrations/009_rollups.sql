-- Higher timeframes made of one-minute candles. Derived: every row can be made again from market.klines, and is then equal
-- to the last bit.

-- No foreign key leaves this table, as none leaves market.klines.
create table market.klines_rollup (
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
    n_present              integer          not null,
    final                  boolean          not null,
    constraint klines_rollup_pkey primary key (instrument_id, interval_s, open_time),
    constraint klines_rollup_interval_s_check check (interval_s in (300, 900, 3600, 14400, 86400)),
    constraint klines_rollup_n_present_check check (n_present > 0)
) partition by range (open_time);
comment on table market.klines_rollup is
    'Candles of 5 and 15 minutes, 1 and 4 hours and 1 day (UTC), made of the one-minute candles of market.klines by '
    'market.fn_roll_up. A bucket without a minute has no row.';
comment on column market.klines_rollup.open_time is 'First moment of the bucket, a multiple of interval_s since 1970-01-01 UTC.';
comment on column market.klines_rollup.volume is
    'Sum of the level below, in the order of time: 5 minutes from single minutes, 15 minutes from 5, 1 hour from 15, 4 hours '
    'from 1, 1 day from 4. So are the other sums.';
comment on column market.klines_rollup.quote_volume is 'Null when a minute of the bucket does not say; so are the columns after it.';
comment on column market.klines_rollup.n_present is 'Minutes that stand in market.klines, of interval_s / 60.';
comment on column market.klines_rollup.final is
    'Every minute is there, or a source has delivered past the end of the bucket; and no open repair touches it. A minute that '
    'comes late nevertheless is rolled up too.';

-- A queue that loaders only append to, so that none waits for another. Who rolls up an instrument takes all its marks.
create table market.rollup_dirty (
    instrument_id uuid           not null,
    dirty_id      bigint         not null generated always as identity,
    spans         tstzmultirange not null,
    noted_at      timestamptz    not null default clock_timestamp(),
    constraint rollup_dirty_pkey primary key (instrument_id, dirty_id),
    constraint rollup_dirty_instrument_id_fkey foreign key (instrument_id)
        references ref.instruments (instrument_id) on delete restrict,
    constraint rollup_dirty_spans_check check (not isempty(spans) and not lower_inf(spans) and not upper_inf(spans))
);
comment on table market.rollup_dirty is
    'Where minutes changed since the last roll-up, one mark per batch or correction, written in its transaction. A mark leaves '
    'in the transaction of the roll-up that covers it.';
comment on column market.rollup_dirty.spans is 'The buckets of 5 minutes that were touched, adjoining ones as one range.';

do $$
begin
    perform bus.fn_declare_event_type(
        'market.rolled_up', 'market', 'rollup',
        'Higher timeframes of an instrument were brought up to date with its minutes.',
        '{"required": {"instrument_id": "uuid", "from_time": "timestamp", "to_time": "timestamp", "written": "integer"}}');
    perform bus.fn_declare_event_type(
        'market.rollup_rebuild_asked', 'market', 'rollup',
        'All higher timeframes of an instrument from one day to another are to be made again.',
        '{"required": {"instrument_id": "uuid", "from_time": "timestamp", "to_time": "timestamp", "deleted": "integer"}}');
end
$$;
