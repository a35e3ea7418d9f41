-- Funding rates as a venue states them from moment to moment, with the prices they belong to. What an account paid or received
-- is a fact of its book, trading.funding_payments; this is the market's side.

create table market.funding_snapshots (
    instrument_id uuid        not null,
    snapshot_at   timestamptz not null,
    rate          util.amount not null,
    mark_price    util.amount not null,
    index_price   util.amount not null,
    recorded_at   timestamptz not null default clock_timestamp(),
    ctx           jsonb,
    constraint funding_snapshots_pkey primary key (instrument_id, snapshot_at),
    constraint funding_snapshots_instrument_fkey foreign key (instrument_id) references ref.instruments (instrument_id) on delete restrict,
    constraint funding_snapshots_prices_positive check (mark_price > 0 and index_price > 0)
);
comment on table market.funding_snapshots is
    'Funding rate, mark and index price of a contract at moments, as its venue stated them, append-only. Readers go through market.v_funding_snapshots_reader.';
comment on column market.funding_snapshots.rate is 'Funding rate of an interval as a fraction, 0.0001 is one basis point; longs pay shorts when it is positive.';

-- All contracts over some time; one contract is read by the key. Snapshots arrive nearly in the order of time, so ranges of
-- pages tell, at next to no cost for who writes.
create index funding_snapshots_time_idx on market.funding_snapshots using brin (snapshot_at) with (pages_per_range = 16);

select bus.fn_declare_event_type('market.funding_recorded', 'market', 'funding', 'A funding rate was recorded with its mark and index price.',
    '{"required": {"instrument_id": "uuid", "snapshot_at": "timestamp", "rate": "decimal", "mark_price": "decimal", "index_price": "decimal"}}');
