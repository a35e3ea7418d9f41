-- daybook mirror: table trading.risk_config_versions

create table trading.risk_config_versions (
    account_id uuid not null,
    bot_id uuid not null,
    name text not null,
    version bigint not null,
    change_id uuid not null,
    value numeric,
    unit text not null,
    reason text not null,
    actor text not null,
    changed_at timestamp with time zone not null,
    changed_by name default SESSION_USER not null,
    ctx jsonb,
    constraint risk_config_versions_pkey PRIMARY KEY (account_id, bot_id, name, version),
    constraint risk_config_versions_change_key UNIQUE (account_id, change_id)
);

alter table trading.risk_config_versions owner to daybook_owner;

comment on table trading.risk_config_versions is 'Every change of every threshold, append-only; the answer to a repeated change_id is read from here.';
comment on column trading.risk_config_versions.change_id is 'Identity of the change, chosen by the caller.';
comment on column trading.risk_config_versions.actor is 'The person or program that asked for the change.';
comment on column trading.risk_config_versions.changed_by is 'The database role that was logged in.';

grant select, insert on trading.risk_config_versions to daybook_api;
grant select on trading.risk_config_versions to daybook_audit;
grant select on trading.risk_config_versions to daybook_lab_reader;
grant select on trading.risk_config_versions to daybook_risk;
