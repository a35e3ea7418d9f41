-- daybook mirror: table trading.bot_config_versions

create table trading.bot_config_versions (
    account_id uuid not null,
    bot_id uuid not null,
    version bigint not null,
    change_id uuid not null,
    name text not null,
    desired_state text not null,
    image_tag text,
    strategy_params jsonb not null,
    reason text not null,
    changed_at timestamp with time zone not null,
    changed_by name default SESSION_USER not null,
    ctx jsonb,
    constraint bot_config_versions_pkey PRIMARY KEY (account_id, bot_id, version),
    constraint bot_config_versions_change_key UNIQUE (account_id, change_id),
    constraint bot_config_versions_desired_state_known CHECK ((desired_state = ANY (ARRAY['running'::text, 'paused'::text, 'stopped'::text])))
);

alter table trading.bot_config_versions owner to daybook_owner;

comment on table trading.bot_config_versions is 'Every change of every bot, append-only; the answer to a repeated change_id is read from here.';
comment on column trading.bot_config_versions.change_id is 'Identity of the change, chosen by the caller.';
comment on column trading.bot_config_versions.changed_by is 'The database role that was logged in.';

grant select, insert on trading.bot_config_versions to daybook_api;
grant select on trading.bot_config_versions to daybook_audit;
grant select on trading.bot_config_versions to daybook_lab_reader;
grant select on trading.bot_config_versions to daybook_risk;

-- Once everything else exists:

alter table only trading.bot_config_versions add constraint bot_config_versions_account_fkey FOREIGN KEY (account_id) REFERENCES trading.accounts(account_id) ON DELETE RESTRICT;
