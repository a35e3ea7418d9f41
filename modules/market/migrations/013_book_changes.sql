-- Changes of order books, between the snapshots of market.orderbook_snapshots. An update that carries no level is kept too: its
-- numbers say that nothing is missing there.

create table market.orderbook_changes (
    instrument_id      uuid               not null,
    change_time        timestamptz        not null,
    first_update_id    bigint             not null,
    last_update_id     bigint             not null,
    previous_update_id bigint,
    transaction_time   timestamptz,
    received_at        timestamptz,
    bids               double precision[] not null,
    asks               double precision[] not null,
    batch_id           uuid               not null,
    constraint orderbook_changes_pkey primary key (instrument_id, change_time, last_update_id),
    constraint orderbook_changes_ids_check check (first_update_id <= last_update_id),
    constraint orderbook_changes_pairs_check check (cardinality(bids) % 2 = 0 and cardinality(asks) % 2 = 0)
) partition by range (change_time);
comment on table market.orderbook_changes is
    'What changed in an order book, update by update, as its venue pushed it. Applied in the order of the ids to a snapshot '
    'they make the book of every moment, as long as no update is missing (market.fn_gaps).';
comment on column market.orderbook_changes.instrument_id is 'Whose book it is (ref.instruments).';
comment on column market.orderbook_changes.change_time is 'When the venue says it happened, UTC; the moment of receipt, as in received_at, where it states no time.';
comment on column market.orderbook_changes.first_update_id is 'First id of those that the venue put together in this update.';
comment on column market.orderbook_changes.last_update_id is 'Last of them; the identity of the update within the instrument.';
comment on column market.orderbook_changes.previous_update_id is
    'last_update_id of the update before, where the source states it. Where it is null, first_update_id follows the last id of the '
    'update before, unless the venue leaves out numbers (ingest.conventions, update_ids): then nobody can tell.';
comment on column market.orderbook_changes.transaction_time is 'When the matching engine made the change; null when the source does not say.';
comment on column market.orderbook_changes.received_at is
    'When it was received, by the receiver''s clock, kept as it is even before change_time; null for what comes from an archive.';
comment on column market.orderbook_changes.bids is
    'Price, quantity, price, quantity and so on, in the order of the venue: what the level holds from now on; 0 when it is gone. Prices '
    'in the quote asset, quantities in the base asset or in contracts.';
comment on column market.orderbook_changes.asks is 'The same of the other side.';
comment on column market.orderbook_changes.batch_id is 'The batch (ingest.batches) that brought these values.';

insert into ingest.streams (stream, target, time_column, key_columns, value_columns, id_column, time_slack, comment)
  values ('book_changes', 'market.orderbook_changes', 'change_time', '{instrument_id, last_update_id}',
          '{change_time, first_update_id, previous_update_id, transaction_time, received_at, bids, asks}', 'last_update_id', '1 second',
          'Changes of order books.');

insert into ingest.conventions (convention_id, venue, kind, stream, source, name, since, value, reason)
  values ('00000000-0000-7000-8000-6d6b74000009', 'binance', 'perp', 'book_changes', null, 'update_ids', '-infinity', 'sparse',
          'contracts share one row of ids, and each update says which was before it'),
         ('00000000-0000-7000-8000-6d6b7400000a', 'binance', 'inverse', 'book_changes', null, 'update_ids', '-infinity', 'sparse',
          'contracts share one row of ids, and each update says which was before it');
