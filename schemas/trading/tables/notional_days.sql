-- daybook mirror: table trading.notional_days

create table trading.notional_days (
    account_id uuid not null,
    bot_id uuid not null,
    day date not null,
    currency text not null,
    refills bigint default 0 not null,
    constraint notional_days_pkey PRIMARY KEY (account_id, bot_id, day, currency)
)
with (fillfactor=50);

alter table trading.notional_days owner to daybook_owner;

comment on table trading.notional_days is 'The lock under which a cap is handed out: of a bot, or, where all trading has a cap, one with nil uuids for everybody.';
comment on column trading.notional_days.refills is 'How often something was handed out. Changed each time, so that a transaction whose snapshot is older than that fails.';

grant select, insert on trading.notional_days to daybook_api;
grant select on trading.notional_days to daybook_lab_reader;
grant select on trading.notional_days to daybook_risk;
grant update (refills) on trading.notional_days to daybook_api;
