-- daybook mirror: table market.agg_trades

create table market.agg_trades (
    instrument_id uuid not null,
    agg_trade_id bigint not null,
    trade_time timestamp with time zone not null,
    price double precision not null,
    quantity double precision not null,
    first_trade_id bigint,
    last_trade_id bigint,
    buyer_is_maker boolean,
    batch_id uuid not null,
    constraint agg_trades_pkey PRIMARY KEY (instrument_id, trade_time, agg_trade_id)
)
partition by RANGE (trade_time);

-- Its partitions are made while the system runs and are not written one by one, unless one differs from this
-- table, or from most of the others, in more than its bounds.

alter table market.agg_trades owner to daybook_owner;

comment on table market.agg_trades is 'Trades that filled one taker''s order at one price, added up by the venue; the id is the identity within the instrument.';
comment on column market.agg_trades.instrument_id is 'What was traded (ref.instruments).';
comment on column market.agg_trades.agg_trade_id is 'Number of the row at its venue; without a hole when none is missing.';
comment on column market.agg_trades.trade_time is 'When it was executed, by the venue''s clock, UTC.';
comment on column market.agg_trades.price is 'Price in the quote asset.';
comment on column market.agg_trades.quantity is 'Sum of the trades, in the base asset, or in contracts where the venue counts those.';
comment on column market.agg_trades.first_trade_id is 'Id of the first single trade in it; null when the source does not say.';
comment on column market.agg_trades.last_trade_id is 'Id of the last single trade in it; the next row begins with the id after it when none is missing. Null when the source does not say.';
comment on column market.agg_trades.buyer_is_maker is 'True when the seller took the buyer''s standing order; null when the source does not say.';
comment on column market.agg_trades.batch_id is 'The batch (ingest.batches) that brought these values.';

grant select, insert on market.agg_trades to daybook_api;
grant insert on market.agg_trades to daybook_data_writer;
grant select on market.agg_trades to daybook_lab_reader;
grant update (trade_time, price, quantity, first_trade_id, last_trade_id, buyer_is_maker, batch_id) on market.agg_trades to daybook_api;
