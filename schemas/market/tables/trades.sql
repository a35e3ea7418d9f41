-- daybook mirror: table market.trades

create table market.trades (
    instrument_id uuid not null,
    trade_id bigint not null,
    trade_time timestamp with time zone not null,
    price double precision not null,
    quantity double precision not null,
    quote_quantity double precision,
    buyer_is_maker boolean,
    batch_id uuid not null,
    constraint trades_pkey PRIMARY KEY (instrument_id, trade_time, trade_id)
)
partition by RANGE (trade_time);

-- Its partitions are made while the system runs and are not written one by one, unless one differs from this
-- table, or from most of the others, in more than its bounds.

alter table market.trades owner to daybook_owner;

comment on table market.trades is 'Single trades of an instrument, as its venue published them; the id is the identity within the instrument.';
comment on column market.trades.instrument_id is 'What was traded (ref.instruments).';
comment on column market.trades.trade_id is 'Number of the trade at its venue; without a hole when none is missing.';
comment on column market.trades.trade_time is 'When it was executed, by the venue''s clock, UTC.';
comment on column market.trades.price is 'Price in the quote asset.';
comment on column market.trades.quantity is 'Quantity in the base asset, or in contracts where the venue counts those.';
comment on column market.trades.quote_quantity is 'Price times quantity as stated, in the quote asset (inverse: in the base asset); null when the source does not say.';
comment on column market.trades.buyer_is_maker is 'True when the seller took the buyer''s standing order; null when the source does not say.';
comment on column market.trades.batch_id is 'The batch (ingest.batches) that brought these values.';

grant select, insert on market.trades to daybook_api;
grant insert on market.trades to daybook_data_writer;
grant select on market.trades to daybook_lab_reader;
grant update (trade_time, price, quantity, quote_quantity, buyer_is_maker, batch_id) on market.trades to daybook_api;
