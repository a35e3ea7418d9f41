-- daybook mirror: table trading.risk_latch

create table trading.risk_latch (
    account_id uuid default '00000000-0000-0000-0000-000000000000'::uuid not null,
    version bigint default 0 not null,
    constraint risk_latch_pkey PRIMARY KEY (account_id),
    constraint risk_latch_one CHECK ((account_id = '00000000-0000-0000-0000-000000000000'::uuid))
);

alter table trading.risk_latch owner to daybook_owner;

comment on table trading.risk_latch is 'One row, which is to halts of all trading what the row of an account is to halts of that account: it carries the version of their events.';
comment on column trading.risk_latch.account_id is 'The nil uuid: all accounts.';
comment on column trading.risk_latch.version is 'Number of the latest halt or resumption of all trading.';

grant select on trading.risk_latch to daybook_api;
grant select on trading.risk_latch to daybook_lab_reader;
grant select on trading.risk_latch to daybook_risk;
grant update (version) on trading.risk_latch to daybook_api;
