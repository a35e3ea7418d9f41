-- daybook mirror: table trading.bot_leases

create table trading.bot_leases (
    account_id uuid not null,
    bot_id uuid not null,
    token bigint default 0 not null,
    acquire_id uuid,
    holder text,
    acquired_at timestamp with time zone,
    expires_at timestamp with time zone default '-infinity'::timestamp with time zone not null,
    renew_id uuid,
    deploy_id uuid,
    constraint bot_leases_pkey PRIMARY KEY (account_id, bot_id),
    constraint bot_leases_held_whole CHECK ((num_nulls(acquire_id, holder, acquired_at) = ANY (ARRAY[0, 3])))
)
with (fillfactor=50);

alter table trading.bot_leases owner to daybook_owner;

comment on table trading.bot_leases is 'One row per bot: the process that may act as it, until when, and the token by which it is known. Made with the bot, so that there is always a row to lock.';
comment on column trading.bot_leases.token is 'The fence that a call in the name of the bot must carry. Each acquisition has a greater one, and no two bots ever have the same. One that an increment made is nobody''s.';
comment on column trading.bot_leases.holder is 'The process that acquired the lease, in its own words; null before the first one.';
comment on column trading.bot_leases.expires_at is 'By the clock of the database: from then on the token counts no more, and another process may acquire the lease.';
comment on column trading.bot_leases.renew_id is 'Identity of the latest renewal, by which its repetition is known.';
comment on column trading.bot_leases.deploy_id is 'The deploy whose processes may acquire the lease; null while none was switched to, or after the first was rolled back.';

grant select, insert on trading.bot_leases to daybook_api;
grant select on trading.bot_leases to daybook_lab_reader;
grant select on trading.bot_leases to daybook_risk;
grant update (token, acquire_id, holder, acquired_at, expires_at, renew_id, deploy_id) on trading.bot_leases to daybook_api;

-- Once everything else exists:

alter table only trading.bot_leases add constraint bot_leases_bot_fkey FOREIGN KEY (account_id, bot_id) REFERENCES trading.bot_configs(account_id, bot_id) ON DELETE RESTRICT;
