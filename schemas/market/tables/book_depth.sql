-- daybook mirror: table market.book_depth

create table market.book_depth (
    instrument_id uuid not null,
    snapshot_time timestamp with time zone not null,
    percentage double precision not null,
    depth double precision not null,
    notional double precision not null,
    batch_id uuid not null,
    constraint book_depth_pkey PRIMARY KEY (instrument_id, snapshot_time, percentage)
)
partition by RANGE (snapshot_time);

-- Its partitions are made while the system runs and are not written one by one, unless one differs from this
-- table, or from most of the others, in more than its bounds.

alter table market.book_depth owner to daybook_owner;

comment on table market.book_depth is 'How much an order book holds within bands around its price, as an archive publishes it every 30 seconds.';
comment on column market.book_depth.instrument_id is 'Whose book it is (ref.instruments).';
comment on column market.book_depth.snapshot_time is 'When the book was so, UTC.';
comment on column market.book_depth.percentage is 'Outer edge of the band in percent of the price: negative for bids, positive for asks.';
comment on column market.book_depth.depth is 'Quantity from the price to that edge, in the base asset or in contracts.';
comment on column market.book_depth.notional is 'What that quantity is worth, in the quote asset.';
comment on column market.book_depth.batch_id is 'The batch (ingest.batches) that brought these values.';

grant select, insert on market.book_depth to daybook_api;
grant insert on market.book_depth to daybook_data_writer;
grant select on market.book_depth to daybook_lab_reader;
grant update (depth, notional, batch_id) on market.book_depth to daybook_api;
