-- daybook mirror: table trading.bot_configs

create table trading.bot_configs (
    account_id uuid not null,
    bot_id uuid not null,
    name text not null,
    desired_state text not null,
    image_tag text,
    strategy_params jsonb not null,
    version bigint not null,
    updated_at timestamp with time zone not null,
    ctx jsonb,
    constraint bot_configs_pkey PRIMARY KEY (account_id, bot_id),
    constraint bot_configs_desired_state_known CHECK ((desired_state = ANY (ARRAY['running'::text, 'paused'::text, 'stopped'::text]))),
    constraint bot_configs_params_object CHECK ((jsonb_typeof(strategy_params) = 'object'::text))
);

alter table trading.bot_configs owner to daybook_owner;

comment on table trading.bot_configs is 'One row per bot: what it should be. It equals the newest row of the bot in trading.bot_config_versions.';
comment on column trading.bot_configs.desired_state is 'What the bot should be: running, paused or stopped. It stops no order; trading.fn_halt() does.';
comment on column trading.bot_configs.image_tag is 'The build that should run; null where nobody deploys it.';
comment on column trading.bot_configs.version is 'Number of the change that made the row so; without gaps within a bot.';

grant select, insert on trading.bot_configs to daybook_api;
grant select on trading.bot_configs to daybook_lab_reader;
grant select on trading.bot_configs to daybook_risk;
grant update (name, desired_state, image_tag, strategy_params, version, updated_at, ctx) on trading.bot_configs to daybook_api;
grant update (desired_state) on trading.bot_configs to daybook_risk;

-- Once everything else exists:

alter table only trading.bot_configs add constraint bot_configs_account_fkey FOREIGN KEY (account_id) REFERENCES trading.accounts(account_id) ON DELETE RESTRICT;
CREATE TRIGGER bot_configs_keep_desired_state BEFORE UPDATE OF desired_state ON trading.bot_configs FOR EACH ROW WHEN (((new.version = old.version) AND (new.desired_state <> old.desired_state))) EXECUTE FUNCTION trading._keep_desired_state();
comment on trigger bot_configs_keep_desired_state on trading.bot_configs is 'A change of the column alone is a version like any other.';
