-- daybook mirror: table market.orderbook_changes

create table market.orderbook_changes (
    instrument_id uuid not null,
    change_time timestamp with time zone not null,
    first_update_id bigint not null,
    last_update_id bigint not null,
    previous_update_id bigint,
    transaction_time timestamp with time zone,
    received_at timestamp with time zone,
    bids double precision[] not null,
    asks double precision[] not null,
    batch_id uuid not null,
    constraint orderbook_changes_pkey PRIMARY KEY (instrument_id, change_time, last_update_id),
    constraint orderbook_changes_ids_check CHECK ((first_update_id <= last_update_id)),
    constraint orderbook_changes_pairs_check CHECK ((((cardinality(bids) % 2) = 0) AND ((cardinality(asks) % 2) = 0)))
)
partition by RANGE (change_time);

-- Its partitions are made while the system runs and are not written one by one, unless one differs from this
-- table, or from most of the others, in more than its bounds.

alter table market.orderbook_changes owner to daybook_owner;

comment on table market.orderbook_changes is 'What changed in an order book, update by update, as its venue pushed it. Applied in the order of the ids to a snapshot they make the book of every moment, as long as no update is missing (market.fn_gaps).';
comment on column market.orderbook_changes.instrument_id is 'Whose book it is (ref.instruments).';
comment on column market.orderbook_changes.change_time is 'When the venue says it happened, UTC; the moment of receipt, as in received_at, where it states no time.';
comment on column market.orderbook_changes.first_update_id is 'First id of those that the venue put together in this update.';
comment on column market.orderbook_changes.last_update_id is 'Last of them; the identity of the update within the instrument.';
comment on column market.orderbook_changes.previous_update_id is 'last_update_id of the update before, where the source states it. Where it is null, first_update_id follows the last id of the update before, unless the venue leaves out numbers (ingest.conventions, update_ids): then nobody can tell.';
comment on column market.orderbook_changes.transaction_time is 'When the matching engine made the change; null when the source does not say.';
comment on column market.orderbook_changes.received_at is 'When it was received, by the receiver''s clock, kept as it is even before change_time; null for what comes from an archive.';
comment on column market.orderbook_changes.bids is 'Price, quantity, price, quantity and so on, in the order of the venue: what the level holds from now on; 0 when it is gone. Prices in the quote asset, quantities in the base asset or in contracts.';
comment on column market.orderbook_changes.asks is 'The same of the other side.';
comment on column market.orderbook_changes.batch_id is 'The batch (ingest.batches) that brought these values.';

grant select, insert on market.orderbook_changes to daybook_api;
grant insert on market.orderbook_changes to daybook_data_writer;
grant select on market.orderbook_changes to daybook_lab_reader;
grant update (change_time, first_update_id, previous_update_id, transaction_time, received_at, bids, asks, batch_id) on market.orderbook_changes to daybook_api;
