-- daybook mirror: table market.account_trades
-- needs: util/types/amount.sql

create table market.account_trades (
    account_id uuid not null,
    instrument_id uuid not null,
    trade_id bigint not null,
    traded_at timestamp with time zone not null,
    exchange_order_id text,
    side text not null,
    price util.amount not null,
    quantity util.amount not null,
    quote_quantity util.amount,
    fee util.amount,
    fee_currency text,
    is_maker boolean,
    recorded_at timestamp with time zone default clock_timestamp() not null,
    ctx jsonb,
    constraint account_trades_pkey PRIMARY KEY (account_id, instrument_id, trade_id),
    constraint account_trades_fee_has_currency CHECK (((fee IS NULL) = (fee_currency IS NULL))),
    constraint account_trades_positive CHECK ((((price)::numeric > (0)::numeric) AND ((quantity)::numeric > (0)::numeric))),
    constraint account_trades_side_known CHECK ((side = ANY (ARRAY['buy'::text, 'sell'::text])))
);

alter table market.account_trades owner to daybook_owner;

CREATE INDEX account_trades_instrument_idx ON market.account_trades USING btree (instrument_id);
CREATE INDEX account_trades_time_idx ON market.account_trades USING btree (account_id, traded_at);

comment on table market.account_trades is 'The trade history of accounts as their venue lists it, append-only. It is evidence beside the book: what the book holds is in trading.fills.';
comment on column market.account_trades.account_id is 'Whose trade it was; the account is in the book, which may be on another server.';
comment on column market.account_trades.instrument_id is 'What was traded (ref.instruments).';
comment on column market.account_trades.trade_id is 'The venue''s number of the trade.';
comment on column market.account_trades.traded_at is 'When it was executed, by the venue''s clock, UTC.';
comment on column market.account_trades.exchange_order_id is 'The venue''s number of the order; null when the source does not say.';
comment on column market.account_trades.side is 'buy or sell, of the account.';
comment on column market.account_trades.price is 'Price in the quote asset.';
comment on column market.account_trades.quantity is 'Quantity in the base asset, or in contracts where the venue counts those.';
comment on column market.account_trades.quote_quantity is 'What it came to in the quote asset, as stated; null when the source does not say.';
comment on column market.account_trades.fee is 'Commission, positive when paid; null when the source does not say.';
comment on column market.account_trades.fee_currency is 'What the commission was paid in.';
comment on column market.account_trades.is_maker is 'True when the account''s order was standing in the book; null when the source does not say.';
comment on column market.account_trades.recorded_at is 'When it was recorded here.';
comment on column market.account_trades.ctx is 'Session, actor and correlation of whoever recorded it.';

grant select, insert on market.account_trades to daybook_api;
grant select on market.account_trades to daybook_lab_reader;

-- Once everything else exists:

alter table only market.account_trades add constraint account_trades_instrument_fkey FOREIGN KEY (instrument_id) REFERENCES ref.instruments(instrument_id) ON DELETE RESTRICT;
