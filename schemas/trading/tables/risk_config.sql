-- daybook mirror: table trading.risk_config

create table trading.risk_config (
    account_id uuid not null,
    bot_id uuid not null,
    name text not null,
    value numeric,
    unit text not null,
    version bigint not null,
    updated_at timestamp with time zone not null,
    constraint risk_config_pkey PRIMARY KEY (account_id, bot_id, name),
    constraint risk_config_scope_whole CHECK (((account_id <> '00000000-0000-0000-0000-000000000000'::uuid) OR (bot_id = '00000000-0000-0000-0000-000000000000'::uuid)))
);

alter table trading.risk_config owner to daybook_owner;

comment on table trading.risk_config is 'One row per threshold of all trading (nil uuids), an account (nil as bot) or a bot. It equals the newest row in trading.risk_config_versions. The book keeps it and acts on none.';
comment on column trading.risk_config.value is 'In the unit; null when the threshold was removed.';
comment on column trading.risk_config.version is 'Number of the change that made the row so; without gaps within a threshold.';

grant select, insert on trading.risk_config to daybook_api;
grant select on trading.risk_config to daybook_lab_reader;
grant select on trading.risk_config to daybook_risk;
grant update (value, unit, version, updated_at) on trading.risk_config to daybook_api;
