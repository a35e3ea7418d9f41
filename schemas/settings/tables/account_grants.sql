-- daybook mirror: table settings.account_grants

create table settings.account_grants (
    account_id uuid not null,
    role_name name not null,
    rights text[] not null,
    granted_at timestamp with time zone not null,
    granted_by name default SESSION_USER not null,
    ctx jsonb,
    constraint account_grants_pkey PRIMARY KEY (account_id, role_name),
    constraint account_grants_rights_known CHECK ((rights <@ ARRAY['read'::text, 'trade'::text, 'manage'::text])),
    constraint account_grants_rights_not_null CHECK ((array_position(rights, NULL::text) IS NULL))
);

alter table settings.account_grants owner to daybook_owner;

comment on table settings.account_grants is 'Which database role may do what for which account. Checked against the role that is logged in, never against a setting.';
comment on column settings.account_grants.role_name is 'A role, or a group role whose members then have the rights.';
comment on column settings.account_grants.rights is 'Sorted subset of manage, read, trade: none includes another. Empty means revoked.';

grant select, insert on settings.account_grants to daybook_api;
grant select on settings.account_grants to daybook_audit;
grant update (rights, granted_at, granted_by, ctx) on settings.account_grants to daybook_api;
