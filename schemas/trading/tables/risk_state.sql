-- daybook mirror: table trading.risk_state

create table trading.risk_state (
    account_id uuid not null,
    halt_id uuid not null,
    bot_id uuid,
    reason text not null,
    actor text not null,
    since timestamp with time zone default clock_timestamp() not null,
    halted_by name default SESSION_USER not null,
    ctx jsonb,
    resumed_at timestamp with time zone,
    resume_reason text,
    resume_actor text,
    resumed_by name,
    resume_ctx jsonb,
    scope text generated always as (
CASE
    WHEN (account_id = '00000000-0000-0000-0000-000000000000'::uuid) THEN 'global'::text
    WHEN (bot_id IS NULL) THEN 'account'::text
    ELSE 'bot'::text
END) stored not null,
    halted boolean generated always as ((resumed_at IS NULL)) stored not null,
    constraint risk_state_pkey PRIMARY KEY (account_id, halt_id),
    constraint risk_state_global_whole CHECK (((account_id <> '00000000-0000-0000-0000-000000000000'::uuid) OR (bot_id IS NULL))),
    constraint risk_state_resumed_whole CHECK ((num_nulls(resumed_at, resume_reason, resume_actor, resumed_by) = ANY (ARRAY[0, 4])))
);

alter table trading.risk_state owner to daybook_owner;

CREATE INDEX risk_state_halted_idx ON trading.risk_state USING btree (account_id) WHERE halted;

comment on table trading.risk_state is 'One row per halt of all trading, an account or a bot. While it is in force no order is submitted there; what happened at the venue is recorded.';
comment on column trading.risk_state.account_id is 'The account that is halted, or whose bot is; the nil uuid for all accounts.';
comment on column trading.risk_state.halt_id is 'Identity of the halt, chosen by the caller.';
comment on column trading.risk_state.actor is 'The person or program that asked for the halt.';
comment on column trading.risk_state.since is 'No order that is submitted later than this is accepted, until the halt ends.';
comment on column trading.risk_state.halted_by is 'The database role that was logged in.';
comment on column trading.risk_state.resumed_at is 'When the halt ended; null while it is in force.';
comment on column trading.risk_state.scope is 'global, account or bot, derived.';
comment on column trading.risk_state.halted is 'Whether the halt is in force, derived.';

grant select, insert on trading.risk_state to daybook_api;
grant select on trading.risk_state to daybook_audit;
grant select on trading.risk_state to daybook_lab_reader;
grant select on trading.risk_state to daybook_risk;
grant update (resumed_at, resume_reason, resume_actor, resumed_by, resume_ctx) on trading.risk_state to daybook_api;
