-- daybook mirror: table trading.notional_reserves

create table trading.notional_reserves (
    account_id uuid not null,
    order_id uuid not null,
    bot_id uuid not null,
    day date not null,
    currency text not null,
    price numeric,
    multiplier numeric not null,
    inverse boolean not null,
    base numeric default 0 not null,
    amount numeric not null,
    constraint notional_reserves_pkey PRIMARY KEY (account_id, order_id),
    constraint notional_reserves_price_positive CHECK ((price > (0)::numeric))
)
with (fillfactor=80);

alter table trading.notional_reserves owner to daybook_owner;

CREATE INDEX notional_reserves_day_idx ON trading.notional_reserves USING btree (day, currency, account_id, bot_id);

comment on table trading.notional_reserves is 'One row per order that counts to a cap, changed under the lock of the order: to which day, and how much.';
comment on column trading.notional_reserves.day is 'The UTC day in which the order was submitted, by the clock of the database.';
comment on column trading.notional_reserves.price is 'What a unit that has no price of its own is valued at; null when nobody said so of an order that was claimed.';
comment on column trading.notional_reserves.inverse is 'Whether the quantity is in the currency already.';
comment on column trading.notional_reserves.base is 'What the order came to before it began to count, which it does not count.';
comment on column trading.notional_reserves.amount is 'What the order counts now.';

grant select, insert on trading.notional_reserves to daybook_api;
grant select on trading.notional_reserves to daybook_lab_reader;
grant select on trading.notional_reserves to daybook_risk;
grant update (amount) on trading.notional_reserves to daybook_api;
