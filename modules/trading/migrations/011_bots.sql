-- Bots: what each of them should be doing, and which process may act as it.

create table trading.bot_configs (
    account_id      uuid        not null,
    bot_id          uuid        not null,
    name            text        not null,
    desired_state   text        not null,
    image_tag       text,
    strategy_params jsonb       not null,
    version         bigint      not null,
    updated_at      timestamptz not null,
    ctx             jsonb,
    constraint bot_configs_pkey primary key (account_id, bot_id),
    constraint bot_configs_account_fkey foreign key (account_id) references trading.accounts (account_id) on delete restrict,
    constraint bot_configs_desired_state_known check (desired_state in ('running', 'paused', 'stopped')),
    constraint bot_configs_params_object check (jsonb_typeof(strategy_params) = 'object')
);
comment on table trading.bot_configs is
    'One row per bot: what it should be. It equals the newest row of the bot in trading.bot_config_versions.';
comment on column trading.bot_configs.desired_state is 'What the bot should be: running, paused or stopped. It stops no order; trading.fn_halt() does.';
comment on column trading.bot_configs.image_tag is 'The build that should run; null where nobody deploys it.';
comment on column trading.bot_configs.version is 'Number of the change that made the row so; without gaps within a bot.';

-- The one column that a program may change without a function. Such a change counts no version itself, which tells it from those that
-- functions make; it runs with the rights of its owner, since who may change the column may write no other table.
create function trading._keep_desired_state() returns trigger
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform settings.require_account(new.account_id, 'manage');
    new.version := old.version + 1;
    new.updated_at := clock_timestamp();
    new.ctx := null;
    perform trading._write_bot_version(new, util.uuid_v7(), 'desired_state was set', null);
    return new;
end
$$;
comment on function trading._keep_desired_state() is
    'Makes a version, an audit row and an event of a change of desired_state that no function made. 42501 without the right to manage the account.';

create trigger bot_configs_keep_desired_state
    before update of desired_state on trading.bot_configs
    for each row when (new.version = old.version and new.desired_state <> old.desired_state)
    execute function trading._keep_desired_state();
comment on trigger bot_configs_keep_desired_state on trading.bot_configs is 'A change of the column alone is a version like any other.';

create table trading.bot_config_versions (
    account_id      uuid        not null,
    bot_id          uuid        not null,
    version         bigint      not null,
    change_id       uuid        not null,
    name            text        not null,
    desired_state   text        not null,
    image_tag       text,
    strategy_params jsonb       not null,
    reason          text        not null,
    changed_at      timestamptz not null,
    changed_by      name        not null default session_user,
    ctx             jsonb,
    constraint bot_config_versions_pkey primary key (account_id, bot_id, version),
    constraint bot_config_versions_change_key unique (account_id, change_id),
    constraint bot_config_versions_desired_state_known check (desired_state in ('running', 'paused', 'stopped')),
    constraint bot_config_versions_account_fkey foreign key (account_id) references trading.accounts (account_id) on delete restrict
);
comment on table trading.bot_config_versions is 'Every change of every bot, append-only; the answer to a repeated change_id is read from here.';
comment on column trading.bot_config_versions.change_id is 'Identity of the change, chosen by the caller.';
comment on column trading.bot_config_versions.changed_by is 'The database role that was logged in.';

create sequence trading.fence_seq as bigint;
comment on sequence trading.fence_seq is 'Numbers acquisitions of leases and increments of fences, of all bots: the upper part of tokens.';

create table trading.bot_leases (
    account_id  uuid        not null,
    bot_id      uuid        not null,
    token       bigint      not null default 0,
    acquire_id  uuid,
    holder      text,
    acquired_at timestamptz,
    expires_at  timestamptz not null default '-infinity',
    renew_id    uuid,
    deploy_id   uuid,
    constraint bot_leases_pkey primary key (account_id, bot_id),
    constraint bot_leases_bot_fkey foreign key (account_id, bot_id) references trading.bot_configs (account_id, bot_id) on delete restrict,
    constraint bot_leases_held_whole check (num_nulls(acquire_id, holder, acquired_at) in (0, 3))
) with (fillfactor = 50);
comment on table trading.bot_leases is
    'One row per bot: the process that may act as it, until when, and the token by which it is known. Made with the bot, so that there is always a row to lock.';
comment on column trading.bot_leases.token is
    'The fence that a call in the name of the bot must carry. Each acquisition has a greater one, and no two bots ever have the same. One that an increment made is nobody''s.';
comment on column trading.bot_leases.holder is 'The process that acquired the lease, in its own words; null before the first one.';
comment on column trading.bot_leases.expires_at is 'By the clock of the database: from then on the token counts no more, and another process may acquire the lease.';
comment on column trading.bot_leases.renew_id is 'Identity of the latest renewal, by which its repetition is known.';
comment on column trading.bot_leases.deploy_id is 'The deploy whose processes may acquire the lease; null while none was switched to, or after the first was rolled back.';

create table trading.bot_lease_grants (
    account_id uuid        not null,
    acquire_id uuid        not null,
    bot_id     uuid        not null,
    token      bigint      not null,
    holder     text        not null,
    expires_at timestamptz not null,
    granted_at timestamptz not null,
    granted_to name        not null default session_user,
    deploy_id  uuid,
    ctx        jsonb,
    constraint bot_lease_grants_pkey primary key (account_id, acquire_id),
    constraint bot_lease_grants_token_key unique (account_id, bot_id, token),
    constraint bot_lease_grants_bot_fkey foreign key (account_id, bot_id) references trading.bot_configs (account_id, bot_id) on delete restrict
);
comment on table trading.bot_lease_grants is
    'Every acquisition of a lease, append-only: whose token it was that a call carried, and the answer to a repeated acquire_id.';
comment on column trading.bot_lease_grants.expires_at is 'Until when the lease was given at first; renewals are in trading.bot_leases.';
comment on column trading.bot_lease_grants.granted_to is 'The database role that was logged in.';
comment on column trading.bot_lease_grants.deploy_id is 'The deploy that the holder was started by, as it said.';

select bus.fn_declare_event_type(t.event_type, 'trading', 'bot', t.description, t.contract::jsonb)
  from (values
    ('trading.bot_configured', 'A bot was made, or should be something else from now on.',
     '{"required": {"bot_id": "uuid", "version": "integer", "change_id": "uuid", "name": "string", "desired_state": "string",
                    "strategy_params": "object", "reason": "string"},
       "optional": {"image_tag": "string"}}'),
    ('trading.lease_acquired', 'A process acquired the lease of a bot: whoever had it before is fenced off.',
     '{"required": {"bot_id": "uuid", "token": "integer", "holder": "string", "expires_at": "timestamp"}}'),
    ('trading.lease_renewed', 'The holder of a lease keeps it for longer.',
     '{"required": {"bot_id": "uuid", "token": "integer", "expires_at": "timestamp"}}'),
    ('trading.lease_released', 'The holder of a lease gave it up.',
     '{"required": {"bot_id": "uuid", "token": "integer"}}'),
    ('trading.lease_refused', 'A lease was not given, renewed or released.',
     '{"required": {"bot_id": "uuid", "action": "string", "refusal_code": "string", "refusal_detail": "string"}}')
  ) as t (event_type, description, contract);
