-- daybook mirror: table trading.bot_strategy_state

create table trading.bot_strategy_state (
    account_id uuid not null,
    bot_id uuid not null,
    name text not null,
    version bigint not null,
    state jsonb not null,
    token bigint not null,
    saved_at timestamp with time zone not null,
    ctx jsonb,
    constraint bot_strategy_state_pkey PRIMARY KEY (account_id, bot_id, name)
);

alter table trading.bot_strategy_state owner to daybook_owner;

comment on table trading.bot_strategy_state is 'One row per bot and name: what the strategy goes on from. It equals the newest row of trading.bot_strategy_state_versions. Only the holder of the bot''s lease writes it; trading.state_snapshots belongs to an account and has no such guard.';
comment on column trading.bot_strategy_state.name is 'What the state is of, chosen by the program.';
comment on column trading.bot_strategy_state.version is 'Number of the change that made it so; without gaps within a bot and name.';
comment on column trading.bot_strategy_state.token is 'The token of the lease with which it was written.';

grant select, insert on trading.bot_strategy_state to daybook_api;
grant select on trading.bot_strategy_state to daybook_lab_reader;
grant select on trading.bot_strategy_state to daybook_risk;
grant update (version, state, token, saved_at, ctx) on trading.bot_strategy_state to daybook_api;

-- Once everything else exists:

alter table only trading.bot_strategy_state add constraint bot_strategy_state_bot_fkey FOREIGN KEY (account_id, bot_id) REFERENCES trading.bot_configs(account_id, bot_id) ON DELETE RESTRICT;
