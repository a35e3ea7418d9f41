-- What is asked of others: orders that a bot asks the executor for, and commands to a bot.

create table trading.order_intents (
    account_id      uuid        not null,
    intent_id       uuid        not null,
    -- what is asked for
    action          text        not null,
    order_id        uuid        not null,
    bot_id          uuid,
    instrument_id   uuid,
    position_key    text,
    run_id          uuid,
    side            trading.side,
    type            trading.order_type,
    time_in_force   trading.time_in_force,
    qty             trading.quantity,
    price           util.amount,
    stop_price      util.amount,
    reference_price util.amount,
    reason          text,
    requested_at    timestamptz not null,
    expires_at      timestamptz not null,
    ctx             jsonb,
    -- what became of it
    status          text        not null,
    claim_id        uuid,
    claim_place     bigint,
    claimed_by      text,
    claimed_at      timestamptz,
    claim_ctx       jsonb,
    settled_at      timestamptz,
    settle_ctx      jsonb,
    refusal_code    text,
    refusal_detail  text,
    version         bigint      not null default 1,
    constraint order_intents_pkey primary key (account_id, intent_id),
    constraint order_intents_claim_key unique (account_id, claim_id, claim_place),
    constraint order_intents_account_fkey foreign key (account_id) references trading.accounts (account_id) on delete restrict,
    constraint order_intents_bot_fkey foreign key (account_id, bot_id) references trading.bot_configs (account_id, bot_id) on delete restrict,
    constraint order_intents_run_fkey foreign key (account_id, run_id) references trading.runs (account_id, run_id) on delete restrict,
    constraint order_intents_instrument_fkey foreign key (instrument_id) references ref.instruments (instrument_id) on delete restrict,
    constraint order_intents_action_known check (action in ('submit', 'cancel', 'replace')),
    constraint order_intents_status_known check (status in ('requested', 'claimed', 'done', 'refused', 'expired', 'declined')),
    constraint order_intents_order_whole check
        (action <> 'submit' or order_id = intent_id and num_nulls(instrument_id, position_key, side, type, time_in_force, qty) = 0),
    constraint order_intents_claim_whole check (num_nulls(claim_id, claim_place, claimed_by, claimed_at) in (0, 4)),
    constraint order_intents_settled_whole check ((settled_at is null) = (status in ('requested', 'claimed'))),
    constraint order_intents_refusal_whole check ((refusal_code is not null) = (status in ('refused', 'expired', 'declined')))
) with (fillfactor = 70);
comment on table trading.order_intents is
    'The queue from a bot to the executor: one row per order, cancel or replace that was asked for, which never changes, and what became of it.';
comment on column trading.order_intents.intent_id is 'Identity of the request, chosen by the caller; also that of the order, or of the event of the order, that comes of it.';
comment on column trading.order_intents.action is 'submit, cancel or replace.';
comment on column trading.order_intents.bot_id is 'The bot in whose name it was asked; its token is in ctx. Null where no bot was named.';
comment on column trading.order_intents.reference_price is 'What the caller takes for the price of an order that names none.';
comment on column trading.order_intents.expires_at is 'By the clock of the database: from then on it is not submitted any more.';
comment on column trading.order_intents.status is
    'requested; claimed: an executor has taken it; done: the order was submitted, or its cancel or replace asked for; refused: by the book, when it was asked or when it was submitted; '
    'expired; declined: by an executor.';
comment on column trading.order_intents.claim_id is 'Identity of the claim by which an executor has taken it, chosen by the executor.';
comment on column trading.order_intents.claim_place is 'Its place among those of the claim, oldest first.';
comment on column trading.order_intents.claimed_by is 'The executor in its own words, by which it finds what it had claimed when it comes back.';
comment on column trading.order_intents.version is 'Number of the latest event of the intent.';

-- What is not settled is little; the claim reads it by age.
create index order_intents_open_idx on trading.order_intents (account_id, requested_at, intent_id) where settled_at is null;
create index order_intents_requested_idx on trading.order_intents (account_id, requested_at);

select bus.fn_declare_event_type('trading.intent_' || t.name, 'trading', 'intent', t.description,
    '{"required": {"intent_id": "uuid", "action": "string", "order_id": "uuid", "status": "string", "expires_at": "timestamp"},
      "optional": {"bot_id": "uuid", "instrument_id": "uuid", "position_key": "string", "run_id": "uuid", "side": "string", "type": "string",
                   "time_in_force": "string", "qty": "decimal", "price": "decimal", "stop_price": "decimal", "reference_price": "decimal",
                   "reason": "string", "claim_id": "uuid", "claimed_by": "string", "refusal_code": "string", "refusal_detail": "string"}}')
  from (values
    ('requested', 'The executor is asked for an order, a cancel or a replace.'),
    ('claimed', 'An executor has taken what was asked for.'),
    ('done', 'What was asked for stands in the book: the order was submitted, its cancel or its replace requested.'),
    ('refused', 'The book refused what was asked for, when it was asked or when it was submitted.'),
    ('expired', 'What was asked for was not submitted in time, and will not be.'),
    ('declined', 'An executor will not do what was asked for.')
  ) as t (name, description);

create table trading.bot_commands (
    account_id      uuid        not null,
    command_id      uuid        not null,
    bot_id          uuid        not null,
    kind            text        not null,
    arguments       jsonb       not null,
    reason          text        not null,
    actor           text        not null,
    issued_at       timestamptz not null,
    expires_at      timestamptz not null,
    issued_by       name        not null default session_user,
    ctx             jsonb,
    status          text        not null default 'pending',
    version         bigint      not null default 1,
    constraint bot_commands_pkey primary key (account_id, command_id),
    constraint bot_commands_bot_fkey foreign key (account_id, bot_id) references trading.bot_configs (account_id, bot_id) on delete restrict,
    constraint bot_commands_kind_known check (kind in ('flatten', 'pause', 'resume', 'reconcile', 'stop')),
    constraint bot_commands_status_known check (status in ('pending', 'acknowledged', 'done', 'failed')),
    constraint bot_commands_arguments_object check (jsonb_typeof(arguments) = 'object')
);
comment on table trading.bot_commands is
    'What risk or manager tell a bot, or the executor that serves it, to do: flatten, pause, resume, reconcile or stop; and how far that is.';
comment on column trading.bot_commands.command_id is 'Identity of the command, chosen by the caller.';
comment on column trading.bot_commands.arguments is 'What the kind of command takes, in the words of the programs; an object.';
comment on column trading.bot_commands.actor is 'The person or program that commands.';
comment on column trading.bot_commands.expires_at is 'By the clock of the database: who has not acknowledged it by then shall not obey it any more.';
comment on column trading.bot_commands.issued_by is 'The database role that was logged in.';
comment on column trading.bot_commands.status is 'pending, acknowledged, done or failed: the latest of trading.bot_command_steps.';
comment on column trading.bot_commands.version is 'Number of the latest event of the command.';

create index bot_commands_open_idx on trading.bot_commands (account_id, issued_at, command_id) where status in ('pending', 'acknowledged');
create index bot_commands_issued_idx on trading.bot_commands (account_id, issued_at);

create table trading.bot_command_steps (
    account_id  uuid        not null,
    command_id  uuid        not null,
    status      text        not null,
    taken_by    text        not null,
    detail      text,
    recorded_at timestamptz not null,
    recorded_by name        not null default session_user,
    ctx         jsonb,
    constraint bot_command_steps_pkey primary key (account_id, command_id, status),
    constraint bot_command_steps_command_fkey foreign key (account_id, command_id)
        references trading.bot_commands (account_id, command_id) on delete restrict,
    constraint bot_command_steps_status_known check (status in ('acknowledged', 'done', 'failed'))
);
comment on table trading.bot_command_steps is 'How far commands came, append-only: each step with who took it.';
comment on column trading.bot_command_steps.taken_by is 'The bot or executor, in its own words.';
comment on column trading.bot_command_steps.detail is 'What there is to say, such as why it failed.';
comment on column trading.bot_command_steps.recorded_by is 'The database role that was logged in.';

select bus.fn_declare_event_type('trading.' || t.name, 'trading', 'bot_command', t.description, t.contract::jsonb)
  from (values
    ('bot_commanded', 'A bot was told to do something.',
     '{"required": {"command_id": "uuid", "bot_id": "uuid", "kind": "string", "arguments": "object", "reason": "string", "actor": "string",
                    "expires_at": "timestamp"}}'),
    ('command_acknowledged', 'The bot or its executor has taken a command and is about it.',
     '{"required": {"command_id": "uuid", "bot_id": "uuid", "kind": "string", "taken_by": "string"}, "optional": {"detail": "string"}}'),
    ('command_done', 'A command was carried out.',
     '{"required": {"command_id": "uuid", "bot_id": "uuid", "kind": "string", "taken_by": "string"}, "optional": {"detail": "string"}}'),
    ('command_failed', 'A command could not be carried out.',
     '{"required": {"command_id": "uuid", "bot_id": "uuid", "kind": "string", "taken_by": "string"}, "optional": {"detail": "string"}}'),
    ('command_step_refused', 'A step of a command was refused; the command is as it was.',
     '{"required": {"command_id": "uuid", "bot_id": "uuid", "kind": "string", "taken_by": "string", "status": "string",
                    "refusal_code": "string", "refusal_detail": "string"}}')
  ) as t (name, description, contract);
