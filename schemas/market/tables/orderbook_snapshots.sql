-- daybook mirror: table market.orderbook_snapshots

create table market.orderbook_snapshots (
    instrument_id uuid not null,
    snapshot_time timestamp with time zone not null,
    last_update_id bigint not null,
    received_at timestamp with time zone,
    bids double precision[] not null,
    asks double precision[] not null,
    batch_id uuid not null,
    constraint orderbook_snapshots_pkey PRIMARY KEY (instrument_id, snapshot_time, last_update_id),
    constraint orderbook_snapshots_pairs_check CHECK ((((cardinality(bids) % 2) = 0) AND ((cardinality(asks) % 2) = 0)))
)
partition by RANGE (snapshot_time);

-- Its partitions are made while the system runs and are not written one by one, unless one differs from this
-- table, or from most of the others, in more than its bounds.

alter table market.orderbook_snapshots owner to daybook_owner;

comment on table market.orderbook_snapshots is 'An order book at moments: price and quantity of its levels on both sides.';
comment on column market.orderbook_snapshots.instrument_id is 'Whose book it is (ref.instruments).';
comment on column market.orderbook_snapshots.snapshot_time is 'When the venue says the book was so, UTC; the moment of receipt, as in received_at, where the venue states no time.';
comment on column market.orderbook_snapshots.last_update_id is 'Number of the last update in it; microseconds of snapshot_time since 1970 where the venue states none.';
comment on column market.orderbook_snapshots.received_at is 'When it was received, by the receiver''s clock; null for what comes from an archive.';
comment on column market.orderbook_snapshots.bids is 'Price, quantity, price, quantity and so on from the best bid down; prices in the quote asset, quantities in the base asset or in contracts.';
comment on column market.orderbook_snapshots.asks is 'The same from the best ask up.';
comment on column market.orderbook_snapshots.batch_id is 'The batch (ingest.batches) that brought these values.';

grant select, insert on market.orderbook_snapshots to daybook_api;
grant insert on market.orderbook_snapshots to daybook_data_writer;
grant select on market.orderbook_snapshots to daybook_lab_reader;
grant update (received_at, bids, asks, batch_id) on market.orderbook_snapshots to daybook_api;
