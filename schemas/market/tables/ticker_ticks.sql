-- daybook mirror: table market.ticker_ticks

create table market.ticker_ticks (
    instrument_id uuid not null,
    update_id bigint not null,
    event_time timestamp with time zone not null,
    transaction_time timestamp with time zone,
    received_at timestamp with time zone,
    bid_price double precision not null,
    bid_quantity double precision not null,
    ask_price double precision not null,
    ask_quantity double precision not null,
    batch_id uuid not null,
    constraint ticker_ticks_pkey PRIMARY KEY (instrument_id, event_time, update_id)
)
partition by RANGE (event_time);

-- Its partitions are made while the system runs and are not written one by one, unless one differs from this
-- table, or from most of the others, in more than its bounds.

alter table market.ticker_ticks owner to daybook_owner;

comment on table market.ticker_ticks is 'Changes of the best bid and ask; the update id is the identity within the instrument.';
comment on column market.ticker_ticks.instrument_id is 'Whose book it is (ref.instruments).';
comment on column market.ticker_ticks.update_id is 'Number of the update at the venue; microseconds of event_time since 1970 where the venue states none, which are far above any such number.';
comment on column market.ticker_ticks.event_time is 'When the venue says it happened, UTC; the moment of receipt, as in received_at, where the venue states no time.';
comment on column market.ticker_ticks.transaction_time is 'When the matching engine made the change; null when the source does not say.';
comment on column market.ticker_ticks.received_at is 'When it was received, by the receiver''s clock, kept as it is even before event_time; null for what comes from an archive.';
comment on column market.ticker_ticks.bid_price is 'Best bid in the quote asset.';
comment on column market.ticker_ticks.bid_quantity is 'Quantity bid at that price, in the base asset or in contracts.';
comment on column market.ticker_ticks.ask_price is 'Best ask in the quote asset.';
comment on column market.ticker_ticks.ask_quantity is 'Quantity asked at that price, in the base asset or in contracts.';
comment on column market.ticker_ticks.batch_id is 'The batch (ingest.batches) that brought these values.';

grant select, insert on market.ticker_ticks to daybook_api;
grant insert on market.ticker_ticks to daybook_data_writer;
grant select on market.ticker_ticks to daybook_lab_reader;
grant update (event_time, transaction_time, received_at, bid_price, bid_quantity, ask_price, ask_quantity, batch_id) on market.ticker_ticks to daybook_api;
