-- What bots and executors say of themselves: what happened to them, what they keep, and what their strategies see.

create table trading.bot_events (
    account_id  uuid        not null,
    event_id    uuid        not null,
    bot_id      uuid,
    kind        text        not null,
    level       text        not null,
    message     text        not null,
    data        jsonb       not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null default clock_timestamp(),
    ctx         jsonb,
    constraint bot_events_pkey primary key (account_id, event_id),
    constraint bot_events_account_fkey foreign key (account_id) references trading.accounts (account_id) on delete restrict,
    constraint bot_events_bot_fkey foreign key (account_id, bot_id) references trading.bot_configs (account_id, bot_id) on delete restrict,
    constraint bot_events_level_known check (level in ('debug', 'info', 'warning', 'error')),
    constraint bot_events_data_object check (jsonb_typeof(data) = 'object')
);
comment on table trading.bot_events is
    'What happened to bots and executors themselves, append-only: started, connected, stopped. Why they did something is in trading.decision_log.';
comment on column trading.bot_events.bot_id is 'The bot it is about; null for an executor that serves several.';
comment on column trading.bot_events.kind is 'What happened, in a word of the program''s own: started, reconnected, stopped.';
comment on column trading.bot_events.level is 'debug, info, warning or error.';
comment on column trading.bot_events.occurred_at is 'When it happened, as the caller says.';
comment on column trading.bot_events.ctx is 'The context of the call; with stale_fence when it spoke as a bot whose lease it did not hold.';

create index bot_events_occurred_idx on trading.bot_events (account_id, occurred_at);
create index bot_events_bot_idx on trading.bot_events (account_id, bot_id, occurred_at) where bot_id is not null;

create table trading.bot_strategy_state (
    account_id uuid        not null,
    bot_id     uuid        not null,
    name       text        not null,
    version    bigint      not null,
    state      jsonb       not null,
    token      bigint      not null,
    saved_at   timestamptz not null,
    ctx        jsonb,
    constraint bot_strategy_state_pkey primary key (account_id, bot_id, name),
    constraint bot_strategy_state_bot_fkey foreign key (account_id, bot_id) references trading.bot_configs (account_id, bot_id) on delete restrict
);
comment on table trading.bot_strategy_state is
    'One row per bot and name: what the strategy goes on from. It equals the newest row of trading.bot_strategy_state_versions. Only the holder of the bot''s lease writes it; '
    'trading.state_snapshots belongs to an account and has no such guard.';
comment on column trading.bot_strategy_state.name is 'What the state is of, chosen by the program.';
comment on column trading.bot_strategy_state.version is 'Number of the change that made it so; without gaps within a bot and name.';
comment on column trading.bot_strategy_state.token is 'The token of the lease with which it was written.';

create table trading.bot_strategy_state_versions (
    account_id uuid        not null,
    bot_id     uuid        not null,
    name       text        not null,
    version    bigint      not null,
    change_id  uuid        not null,
    state      jsonb       not null,
    token      bigint      not null,
    saved_at   timestamptz not null,
    ctx        jsonb,
    constraint bot_strategy_state_versions_pkey primary key (account_id, bot_id, name, version),
    constraint bot_strategy_state_versions_change_key unique (account_id, change_id),
    constraint bot_strategy_state_versions_bot_fkey foreign key (account_id, bot_id)
        references trading.bot_configs (account_id, bot_id) on delete restrict
);
comment on table trading.bot_strategy_state_versions is 'Every state that a bot''s strategy saved, append-only; the answer to a repeated change_id is read from here.';
comment on column trading.bot_strategy_state_versions.change_id is 'Identity of the change, chosen by the caller.';

create table trading.signals (
    account_id    uuid        not null,
    signal_id     uuid        not null,
    bot_id        uuid,
    run_id        uuid,
    instrument_id uuid        not null,
    name          text        not null,
    direction     text        not null,
    strength      util.amount,
    price         util.amount,
    valid_until   timestamptz,
    data          jsonb       not null,
    occurred_at   timestamptz not null,
    recorded_at   timestamptz not null default clock_timestamp(),
    ctx           jsonb,
    constraint signals_pkey primary key (account_id, signal_id),
    constraint signals_account_fkey foreign key (account_id) references trading.accounts (account_id) on delete restrict,
    constraint signals_bot_fkey foreign key (account_id, bot_id) references trading.bot_configs (account_id, bot_id) on delete restrict,
    constraint signals_run_fkey foreign key (account_id, run_id) references trading.runs (account_id, run_id) on delete restrict,
    constraint signals_instrument_fkey foreign key (instrument_id) references ref.instruments (instrument_id) on delete restrict,
    constraint signals_direction_known check (direction in ('long', 'short', 'flat')),
    constraint signals_data_object check (jsonb_typeof(data) = 'object')
);
comment on table trading.signals is 'What strategies saw, append-only, whether anything came of it or not. A signal asks for nothing: an intent or an order does.';
comment on column trading.signals.bot_id is 'The bot whose signal it is; null where there is none, as in a backtest.';
comment on column trading.signals.name is 'Which signal of the strategy, in its own words.';
comment on column trading.signals.direction is 'What it speaks for: long, short or flat.';
comment on column trading.signals.strength is 'How strongly, on the scale of the strategy.';
comment on column trading.signals.price is 'The price at which it was seen.';
comment on column trading.signals.valid_until is 'From when on it means nothing any more; null where that is not said.';
comment on column trading.signals.occurred_at is 'When it was seen, as the caller says.';

create index signals_occurred_idx on trading.signals (account_id, occurred_at);
create index signals_bot_idx on trading.signals (account_id, bot_id, occurred_at) where bot_id is not null;

select bus.fn_declare_event_type(t.event_type, 'trading', t.aggregate_type, t.description, t.contract::jsonb)
  from (values
    ('trading.bot_event_recorded', 'bot_log', 'A bot or an executor recorded what happened to it.',
     '{"required": {"event_id": "uuid", "kind": "string", "level": "string", "message": "string", "occurred_at": "timestamp"},
       "optional": {"bot_id": "uuid"}}'),
    ('trading.strategy_state_saved', 'strategy_state', 'The strategy of a bot saved what it goes on from.',
     '{"required": {"bot_id": "uuid", "name": "string", "version": "integer", "change_id": "uuid"}}'),
    ('trading.strategy_state_refused', 'strategy_state', 'A state was not saved: whoever brought it did not hold the lease of the bot.',
     '{"required": {"bot_id": "uuid", "name": "string", "change_id": "uuid", "refusal_code": "string", "refusal_detail": "string"}}'),
    ('trading.signal_recorded', 'signal_log', 'A strategy recorded a signal.',
     '{"required": {"signal_id": "uuid", "instrument_id": "uuid", "name": "string", "direction": "string", "occurred_at": "timestamp"},
       "optional": {"bot_id": "uuid", "run_id": "uuid", "strength": "decimal", "price": "decimal", "valid_until": "timestamp"}}')
  ) as t (event_type, aggregate_type, description, contract);
