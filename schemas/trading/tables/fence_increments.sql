-- daybook mirror: table trading.fence_increments

create table trading.fence_increments (
    account_id uuid not null,
    change_id uuid not null,
    bot_id uuid not null,
    fence bigint not null,
    holder text,
    reason text not null,
    actor text not null,
    at timestamp with time zone default clock_timestamp() not null,
    made_by name default SESSION_USER not null,
    ctx jsonb,
    constraint fence_increments_pkey PRIMARY KEY (account_id, change_id)
);

alter table trading.fence_increments owner to daybook_owner;

comment on table trading.fence_increments is 'Every time that somebody fenced off the holder of a lease, append-only; the answer to a repeated change_id is read from here.';
comment on column trading.fence_increments.fence is 'No token below it counts any more, and it is nobody''s own.';
comment on column trading.fence_increments.holder is 'Who had acquired the lease last; null if nobody had.';
comment on column trading.fence_increments.made_by is 'The database role that was logged in.';

grant select, insert on trading.fence_increments to daybook_api;
grant select on trading.fence_increments to daybook_audit;
grant select on trading.fence_increments to daybook_lab_reader;
grant select on trading.fence_increments to daybook_risk;

-- Once everything else exists:

alter table only trading.fence_increments add constraint fence_increments_bot_fkey FOREIGN KEY (account_id, bot_id) REFERENCES trading.bot_configs(account_id, bot_id) ON DELETE RESTRICT;
