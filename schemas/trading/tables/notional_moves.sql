-- daybook mirror: table trading.notional_moves

create table trading.notional_moves (
    account_id uuid not null,
    order_id uuid not null,
    order_version bigint not null,
    bot_id uuid not null,
    day date not null,
    currency text not null,
    amount numeric not null,
    constraint notional_moves_pkey PRIMARY KEY (account_id, order_id, order_version)
);

alter table trading.notional_moves owner to daybook_owner;

CREATE INDEX notional_moves_day_idx ON trading.notional_moves USING btree (day, currency, account_id, bot_id);

comment on table trading.notional_moves is 'By how much an event of an order changed what it counts, until a slice of its day takes that over and the row goes.';

grant select, insert, delete on trading.notional_moves to daybook_api;
grant select on trading.notional_moves to daybook_lab_reader;
grant select on trading.notional_moves to daybook_risk;
