-- daybook mirror: table trading.bot_strategy_state_versions

create table trading.bot_strategy_state_versions (
    account_id uuid not null,
    bot_id uuid not null,
    name text not null,
    version bigint not null,
    change_id uuid not null,
    state jsonb not null,
    token bigint not null,
    saved_at timestamp with time zone not null,
    ctx jsonb,
    constraint bot_strategy_state_versions_pkey PRIMARY KEY (account_id, bot_id, name, version),
    constraint bot_strategy_state_versions_change_key UNIQUE (account_id, change_id)
);

alter table trading.bot_strategy_state_versions owner to daybook_owner;

comment on table trading.bot_strategy_state_versions is 'Every state that a bot''s strategy saved, append-only; the answer to a repeated change_id is read from here.';
comment on column trading.bot_strategy_state_versions.change_id is 'Identity of the change, chosen by the caller.';

grant select, insert on trading.bot_strategy_state_versions to daybook_api;
grant select on trading.bot_strategy_state_versions to daybook_lab_reader;
grant select on trading.bot_strategy_state_versions to daybook_risk;

-- Once everything else exists:

alter table only trading.bot_strategy_state_versions add constraint bot_strategy_state_versions_bot_fkey FOREIGN KEY (account_id, bot_id) REFERENCES trading.bot_configs(account_id, bot_id) ON DELETE RESTRICT;
