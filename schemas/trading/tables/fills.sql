-- daybook mirror: table trading.fills
-- needs: trading/types/fill_flags.sql
-- needs: trading/types/liquidity.sql
-- needs: trading/types/quantity.sql
-- needs: trading/types/side.sql
-- needs: util/types/amount.sql

create table trading.fills (
    account_id uuid not null,
    fill_id uuid not null,
    order_id uuid not null,
    instrument_id uuid not null,
    position_key text not null,
    side trading.side not null,
    qty trading.quantity not null,
    price util.amount not null,
    fee util.amount not null,
    fee_currency text,
    fee_rate trading.quantity,
    liquidity trading.liquidity,
    venue_trade_id text,
    trade_discriminator text default ''::text not null,
    filled_at timestamp with time zone not null,
    recorded_at timestamp with time zone default clock_timestamp() not null,
    ctx jsonb,
    flags trading.fill_flags default '{}'::text[] not null,
    order_version bigint not null,
    order_status text not null,
    order_cum_qty numeric not null,
    position_version bigint not null,
    position_cycle bigint not null,
    position_qty numeric not null,
    position_avg_price numeric not null,
    realized_gross numeric not null,
    realized_net numeric not null,
    position_realized numeric not null,
    constraint fills_pkey PRIMARY KEY (account_id, fill_id),
    constraint fills_position_version_key UNIQUE (account_id, instrument_id, position_key, position_version),
    constraint fills_fee_whole CHECK ((((fee)::numeric = (0)::numeric) = (fee_currency IS NULL))),
    constraint fills_price_not_negative CHECK (((price)::numeric >= (0)::numeric))
);

alter table trading.fills owner to daybook_owner;

CREATE INDEX fills_filled_idx ON trading.fills USING btree (account_id, filled_at);
CREATE INDEX fills_order_idx ON trading.fills USING btree (account_id, order_id);
CREATE UNIQUE INDEX fills_venue_trade_key ON trading.fills USING btree (account_id, instrument_id, venue_trade_id, trade_discriminator) WHERE (venue_trade_id IS NOT NULL);

comment on table trading.fills is 'Every execution, append-only, as received and as answered. Busts and corrections are rows of fill_events; what a fill realises now, where that differs, is in fill_restatements.';
comment on column trading.fills.fee is 'Cost positive, rebate negative.';
comment on column trading.fills.fee_currency is 'As given, or the currency of the position when a fee came without one; null without a fee.';
comment on column trading.fills.fee_rate is 'Price of one unit of the currency of the fee in the currency of the position, as given. Read only for a fee in a third asset.';
comment on column trading.fills.venue_trade_id is 'The venue''s number of the trade; with the instrument and the discriminator a second identity of the fill.';
comment on column trading.fills.trade_discriminator is 'Tells fills apart at venues that give several fills one trade number; empty elsewhere.';
comment on column trading.fills.filled_at is 'When the venue says it happened.';
comment on column trading.fills.order_version is 'Version of the order that this fill made.';
comment on column trading.fills.position_version is 'Number of this fill within its position: replaying live fills in this order, with their effective terms, rebuilds the position.';
comment on column trading.fills.position_cycle is 'Cycle of the position after this fill.';
comment on column trading.fills.realized_gross is 'What this fill realised, before fees.';
comment on column trading.fills.realized_net is 'What this fill realised, less its fee if that is in the currency of the position or came with a rate.';
comment on column trading.fills.position_realized is 'realized_net of the position after this fill.';

grant select, insert on trading.fills to daybook_api;
grant select on trading.fills to daybook_audit;
grant select on trading.fills to daybook_lab_reader;
grant select on trading.fills to daybook_risk;

-- Once everything else exists:

alter table only trading.fills add constraint fills_order_fkey FOREIGN KEY (account_id, order_id) REFERENCES trading.orders(account_id, order_id) ON DELETE RESTRICT;
alter table only trading.fills add constraint fills_position_fkey FOREIGN KEY (account_id, instrument_id, position_key) REFERENCES trading.positions(account_id, instrument_id, position_key) ON DELETE RESTRICT;
