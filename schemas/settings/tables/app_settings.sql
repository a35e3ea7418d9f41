-- daybook mirror: table settings.app_settings

create table settings.app_settings (
    key text not null,
    value jsonb not null,
    version bigint not null,
    updated_at timestamp with time zone not null,
    ctx jsonb,
    constraint app_settings_pkey PRIMARY KEY (key),
    constraint app_settings_version_positive CHECK ((version > 0))
);

alter table settings.app_settings owner to daybook_owner;

comment on table settings.app_settings is 'The current value of every setting. It equals the newest row of the key in settings.app_settings_history.';
comment on column settings.app_settings.key is 'Lower-case words joined by dots and underscores.';
comment on column settings.app_settings.version is 'Number of the change that set this value; without gaps within a key.';
comment on column settings.app_settings.ctx is 'Context of the caller that made the change: session, actor, correlation, cause, bot, fence.';

grant select, insert on settings.app_settings to daybook_api;
grant select on settings.app_settings to daybook_audit;
grant select on settings.app_settings to daybook_lab_reader;
grant update (value, version, updated_at, ctx) on settings.app_settings to daybook_api;
