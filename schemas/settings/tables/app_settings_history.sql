-- daybook mirror: table settings.app_settings_history

create table settings.app_settings_history (
    key text not null,
    version bigint not null,
    change_id uuid not null,
    value jsonb not null,
    reason text not null,
    restored_from bigint,
    changed_at timestamp with time zone not null,
    changed_by name default SESSION_USER not null,
    ctx jsonb,
    constraint app_settings_history_pkey PRIMARY KEY (key, version),
    constraint app_settings_history_change_key UNIQUE (change_id),
    constraint app_settings_history_version_positive CHECK ((version > 0))
);

alter table settings.app_settings_history owner to daybook_owner;

comment on table settings.app_settings_history is 'Every change of every setting, append-only; the answer to a repeated change_id is read from here, for ever.';
comment on column settings.app_settings_history.change_id is 'Identity of the change, chosen by the caller.';
comment on column settings.app_settings_history.restored_from is 'The version whose value a rollback brought back; null for a plain change.';
comment on column settings.app_settings_history.changed_by is 'The database role that was logged in.';

grant select, insert on settings.app_settings_history to daybook_api;
grant select on settings.app_settings_history to daybook_audit;

-- Once everything else exists:

alter table only settings.app_settings_history add constraint app_settings_history_restored_fkey FOREIGN KEY (key, restored_from) REFERENCES settings.app_settings_history(key, version) ON DELETE RESTRICT;
