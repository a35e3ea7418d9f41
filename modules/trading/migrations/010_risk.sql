-- What may stop trading. A halt is a row that is in force until somebody resumes; several may be in force at once, and each ends
-- by itself, so that what one hand resumes is not what another has halted meanwhile.

-- The nil uuid stands where a row of this schema speaks of all accounts together: keys begin with the account, also these.
create table trading.risk_latch (
    account_id uuid   not null default '00000000-0000-0000-0000-000000000000',
    version    bigint not null default 0,
    constraint risk_latch_pkey primary key (account_id),
    constraint risk_latch_one check (account_id = '00000000-0000-0000-0000-000000000000')
);
comment on table trading.risk_latch is
    'One row, which is to halts of all trading what the row of an account is to halts of that account: it carries the version of their events.';
comment on column trading.risk_latch.account_id is 'The nil uuid: all accounts.';
comment on column trading.risk_latch.version is 'Number of the latest halt or resumption of all trading.';
insert into trading.risk_latch default values;

create table trading.risk_state (
    account_id    uuid        not null,
    halt_id       uuid        not null,
    bot_id        uuid,
    reason        text        not null,
    actor         text        not null,
    since         timestamptz not null default clock_timestamp(),
    halted_by     name        not null default session_user,
    ctx           jsonb,
    resumed_at    timestamptz,
    resume_reason text,
    resume_actor  text,
    resumed_by    name,
    resume_ctx    jsonb,
    scope         text        not null generated always as (
        case when account_id = '00000000-0000-0000-0000-000000000000' then 'global' when bot_id is null then 'account' else 'bot' end) stored,
    halted        boolean     not null generated always as (resumed_at is null) stored,
    constraint risk_state_pkey primary key (account_id, halt_id),
    constraint risk_state_resumed_whole check (num_nulls(resumed_at, resume_reason, resume_actor, resumed_by) in (0, 4)),
    constraint risk_state_global_whole check (account_id <> '00000000-0000-0000-0000-000000000000' or bot_id is null)
);
comment on table trading.risk_state is
    'One row per halt of all trading, an account or a bot. While it is in force no order is submitted there; what happened at the venue is recorded.';
comment on column trading.risk_state.account_id is 'The account that is halted, or whose bot is; the nil uuid for all accounts.';
comment on column trading.risk_state.halt_id is 'Identity of the halt, chosen by the caller.';
comment on column trading.risk_state.actor is 'The person or program that asked for the halt.';
comment on column trading.risk_state.since is 'No order that is submitted later than this is accepted, until the halt ends.';
comment on column trading.risk_state.halted_by is 'The database role that was logged in.';
comment on column trading.risk_state.resumed_at is 'When the halt ended; null while it is in force.';
comment on column trading.risk_state.scope is 'global, account or bot, derived.';
comment on column trading.risk_state.halted is 'Whether the halt is in force, derived.';

-- What every submission looks into: empty while nothing is halted.
create index risk_state_halted_idx on trading.risk_state (account_id) where halted;

select bus.fn_declare_event_type(t.event_type, 'trading', t.aggregate_type, t.description, t.contract::jsonb)
  from (values
    ('trading.book_halted', 'book', 'All trading was halted: no order of any account is submitted.',
     '{"required": {"halt_id": "uuid", "reason": "string", "actor": "string"}}'),
    ('trading.book_resumed', 'book', 'A halt of all trading ended.',
     '{"required": {"halt_id": "uuid", "reason": "string", "actor": "string"}}'),
    ('trading.account_halted', 'account', 'An account, or the bot that is named, was halted: no order of it is submitted.',
     '{"required": {"halt_id": "uuid", "reason": "string", "actor": "string"}, "optional": {"bot_id": "uuid"}}'),
    ('trading.account_resumed', 'account', 'A halt of an account, or of the bot that is named, ended.',
     '{"required": {"halt_id": "uuid", "reason": "string", "actor": "string"}, "optional": {"bot_id": "uuid"}}')
  ) as t (event_type, aggregate_type, description, contract);
