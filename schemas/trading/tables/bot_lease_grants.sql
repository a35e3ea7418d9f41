-- daybook mirror: table trading.bot_lease_grants

create table trading.bot_lease_grants (
    account_id uuid not null,
    acquire_id uuid not null,
    bot_id uuid not null,
    token bigint not null,
    holder text not null,
    expires_at timestamp with time zone not null,
    granted_at timestamp with time zone not null,
    granted_to name default SESSION_USER not null,
    deploy_id uuid,
    ctx jsonb,
    constraint bot_lease_grants_pkey PRIMARY KEY (account_id, acquire_id),
    constraint bot_lease_grants_token_key UNIQUE (account_id, bot_id, token)
);

alter table trading.bot_lease_grants owner to daybook_owner;

comment on table trading.bot_lease_grants is 'Every acquisition of a lease, append-only: whose token it was that a call carried, and the answer to a repeated acquire_id.';
comment on column trading.bot_lease_grants.expires_at is 'Until when the lease was given at first; renewals are in trading.bot_leases.';
comment on column trading.bot_lease_grants.granted_to is 'The database role that was logged in.';
comment on column trading.bot_lease_grants.deploy_id is 'The deploy that the holder was started by, as it said.';

grant select, insert on trading.bot_lease_grants to daybook_api;
grant select on trading.bot_lease_grants to daybook_audit;
grant select on trading.bot_lease_grants to daybook_lab_reader;
grant select on trading.bot_lease_grants to daybook_risk;

-- Once everything else exists:

alter table only trading.bot_lease_grants add constraint bot_lease_grants_bot_fkey FOREIGN KEY (account_id, bot_id) REFERENCES trading.bot_configs(account_id, bot_id) ON DELETE RESTRICT;
