-- What programs that watch the risk go by, and what they found: thresholds that may be changed while they run, and trips of breakers.

create table trading.risk_config (
    account_id uuid        not null,
    bot_id     uuid        not null,
    name       text        not null,
    value      numeric,
    unit       text        not null,
    version    bigint      not null,
    updated_at timestamptz not null,
    constraint risk_config_pkey primary key (account_id, bot_id, name),
    constraint risk_config_scope_whole check (account_id <> '00000000-0000-0000-0000-000000000000' or bot_id = '00000000-0000-0000-0000-000000000000')
);
comment on table trading.risk_config is
    'One row per threshold of all trading (nil uuids), an account (nil as bot) or a bot. It equals the newest row in trading.risk_config_versions. The book keeps it and acts on none.';
comment on column trading.risk_config.value is 'In the unit; null when the threshold was removed.';
comment on column trading.risk_config.version is 'Number of the change that made the row so; without gaps within a threshold.';

create table trading.risk_config_versions (
    account_id uuid        not null,
    bot_id     uuid        not null,
    name       text        not null,
    version    bigint      not null,
    change_id  uuid        not null,
    value      numeric,
    unit       text        not null,
    reason     text        not null,
    actor      text        not null,
    changed_at timestamptz not null,
    changed_by name        not null default session_user,
    ctx        jsonb,
    constraint risk_config_versions_pkey primary key (account_id, bot_id, name, version),
    constraint risk_config_versions_change_key unique (account_id, change_id)
);
comment on table trading.risk_config_versions is 'Every change of every threshold, append-only; the answer to a repeated change_id is read from here.';
comment on column trading.risk_config_versions.change_id is 'Identity of the change, chosen by the caller.';
comment on column trading.risk_config_versions.actor is 'The person or program that asked for the change.';
comment on column trading.risk_config_versions.changed_by is 'The database role that was logged in.';

create table trading.risk_events (
    account_id      uuid        not null,
    event_id        uuid        not null,
    bot_id          uuid,
    breaker         text        not null,
    threshold       text,
    threshold_value numeric,
    value           numeric,
    action          text        not null,
    halt_id         uuid,
    reason          text        not null,
    actor           text        not null,
    tripped_at      timestamptz not null,
    tripped_by      name        not null default session_user,
    ctx             jsonb,
    constraint risk_events_pkey primary key (account_id, event_id),
    constraint risk_events_action_known check (action in ('none', 'halt')),
    constraint risk_events_halt_whole check ((action = 'halt') = (halt_id is not null)),
    constraint risk_events_scope_whole check (account_id <> '00000000-0000-0000-0000-000000000000' or bot_id is null)
);
comment on table trading.risk_events is
    'One row per trip of a circuit breaker, append-only: of all trading (nil uuid), an account, or one of its bots.';
comment on column trading.risk_events.event_id is 'Identity of the trip, chosen by the caller.';
comment on column trading.risk_events.threshold is 'The name of the threshold that was passed, as in trading.risk_config; null where there is none.';
comment on column trading.risk_events.threshold_value is 'What it was when the breaker looked.';
comment on column trading.risk_events.value is 'What the breaker saw.';
comment on column trading.risk_events.action is 'What was done about it: none, or halt.';
comment on column trading.risk_events.halt_id is 'The halt that was made with it.';
comment on column trading.risk_events.tripped_by is 'The database role that was logged in.';
create index risk_events_tripped_idx on trading.risk_events (account_id, tripped_at);

select bus.fn_declare_event_type(t.event_type, 'trading', t.aggregate_type, t.description, t.contract::jsonb)
  from (values
    ('trading.book_threshold_set', 'book', 'A threshold for all trading is something else from now on, or removed.',
     '{"required": {"change_id": "uuid", "version": "integer", "name": "string", "unit": "string", "reason": "string", "actor": "string"},
       "optional": {"value": "decimal"}}'),
    ('trading.account_threshold_set', 'account', 'A threshold of an account, or of the bot that is named, is something else from now on, or removed.',
     '{"required": {"change_id": "uuid", "version": "integer", "name": "string", "unit": "string", "reason": "string", "actor": "string"},
       "optional": {"bot_id": "uuid", "value": "decimal"}}'),
    ('trading.book_breaker_tripped', 'book', 'A circuit breaker of all trading tripped.',
     '{"required": {"event_id": "uuid", "breaker": "string", "action": "string", "reason": "string", "actor": "string"},
       "optional": {"threshold": "string", "threshold_value": "decimal", "value": "decimal", "halt_id": "uuid"}}'),
    ('trading.account_breaker_tripped', 'account', 'A circuit breaker of an account, or of the bot that is named, tripped.',
     '{"required": {"event_id": "uuid", "breaker": "string", "action": "string", "reason": "string", "actor": "string"},
       "optional": {"bot_id": "uuid", "threshold": "string", "threshold_value": "decimal", "value": "decimal", "halt_id": "uuid"}}')
  ) as t (event_type, aggregate_type, description, contract);
