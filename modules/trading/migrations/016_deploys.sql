-- Deploys, green beside blue: a new build of a bot is started beside the one that trades, says what it would have ordered, and takes
-- over in one transaction. A service, which has no account, goes through the same states under the nil uuid.

create table trading.deploys (
    account_id           uuid        not null,
    deploy_id            uuid        not null,
    bot_id               uuid,
    service              text,
    image_tag            text        not null,
    strategy_params      jsonb,
    tolerance            interval,
    reason               text        not null,
    actor                text        not null,
    state                text        not null default 'requested',
    step                 bigint      not null default 0,
    started_at           timestamptz not null default clock_timestamp(),
    started_by           name        not null default session_user,
    updated_at           timestamptz not null default clock_timestamp(),
    shadow_since         timestamptz,
    shadow_until         timestamptz,
    from_deploy_id       uuid,
    from_image_tag       text,
    from_strategy_params jsonb,
    ctx                  jsonb,
    subject              text        not null generated always as (coalesce(bot_id::text, service)) stored,
    constraint deploys_pkey primary key (account_id, deploy_id),
    constraint deploys_bot_fkey foreign key (account_id, bot_id) references trading.bot_configs (account_id, bot_id) on delete restrict,
    constraint deploys_from_fkey foreign key (account_id, from_deploy_id) references trading.deploys (account_id, deploy_id) on delete restrict,
    constraint deploys_state_known check (state in
        ('requested', 'starting', 'shadowing', 'switching', 'active', 'replaced', 'failed', 'rolled_back', 'canceled')),
    constraint deploys_subject_one check (num_nonnulls(bot_id, service) = 1),
    constraint deploys_service_of_none check ((service is not null) = (account_id = '00000000-0000-0000-0000-000000000000')),
    constraint deploys_bot_whole check (num_nulls(strategy_params, tolerance) = case when bot_id is null then 2 else 0 end),
    constraint deploys_params_object check (jsonb_typeof(strategy_params) = 'object'),
    constraint deploys_tolerance_positive check (tolerance >= '0')
);
comment on table trading.deploys is
    'One row per deploy of a bot or a service: the build that shall take over, and how far it has come. What it goes through is in trading.deploy_steps.';
comment on column trading.deploys.account_id is 'The account of the bot; the nil uuid for a service.';
comment on column trading.deploys.image_tag is 'Green, the build that shall take over.';
comment on column trading.deploys.strategy_params is 'What green is started with, and what the bot has from the switch on.';
comment on column trading.deploys.tolerance is 'How far apart in time two orders without a common key may be and still be compared with each other.';
comment on column trading.deploys.step is 'Number of the latest step.';
comment on column trading.deploys.shadow_since is 'From when on blue''s orders are compared with those that green would have given.';
comment on column trading.deploys.from_deploy_id is 'The deploy that was in force until the switch; null if none was.';
comment on column trading.deploys.from_image_tag is 'Blue, the build that was in force until the switch, and to which a roll back leads.';
comment on column trading.deploys.subject is 'What is deployed, derived: the bot or the service.';

-- Two rules that no order of calls can break: one deploy under way, one in force.
create unique index deploys_under_way_key on trading.deploys (account_id, subject)
    where state in ('requested', 'starting', 'shadowing', 'switching');
create unique index deploys_in_force_key on trading.deploys (account_id, subject) where state in ('switching', 'active');

create table trading.deploy_steps (
    account_id     uuid        not null,
    deploy_id      uuid        not null,
    step           bigint      not null,
    step_id        uuid        not null,
    outcome        text        not null,
    from_state     text        not null,
    to_state       text        not null,
    reason         text        not null,
    actor          text        not null,
    differences    bigint,
    refusal_code   text,
    refusal_detail text,
    config_version bigint,
    fence          bigint,
    at             timestamptz not null default clock_timestamp(),
    made_by        name        not null default session_user,
    ctx            jsonb,
    constraint deploy_steps_pkey primary key (account_id, deploy_id, step),
    constraint deploy_steps_step_key unique (account_id, step_id),
    constraint deploy_steps_deploy_fkey foreign key (account_id, deploy_id) references trading.deploys (account_id, deploy_id) on delete restrict,
    constraint deploy_steps_outcome_known check (outcome in ('created', 'refused')),
    constraint deploy_steps_refusal_whole check (num_nonnulls(refusal_code, refusal_detail) = case outcome when 'refused' then 2 else 0 end)
);
comment on table trading.deploy_steps is
    'Every step of every deploy, also refused ones, append-only; the answer to a repeated step_id is read from here.';
comment on column trading.deploy_steps.step_id is 'Identity of the step, chosen by the caller; that of a deploy which another replaced, or gave way to, is made of that one''s.';
comment on column trading.deploy_steps.differences is 'How many differences between blue and green the caller accepted.';
comment on column trading.deploy_steps.config_version is 'The version of the bot that the step made, where it made one.';
comment on column trading.deploy_steps.fence is 'The fence that the step set: no token below it counts any more.';
comment on column trading.deploy_steps.made_by is 'The database role that was logged in.';

create table trading.shadow_orders (
    account_id      uuid                  not null,
    deploy_id       uuid                  not null,
    shadow_order_id uuid                  not null,
    instrument_id   uuid                  not null,
    position_key    text                  not null default '',
    side            trading.side          not null,
    type            trading.order_type    not null,
    time_in_force   trading.time_in_force not null,
    qty             trading.quantity      not null,
    price           util.amount,
    stop_price      util.amount,
    idempotency_key text,
    decided_at      timestamptz           not null,
    recorded_at     timestamptz           not null default clock_timestamp(),
    ctx             jsonb,
    constraint shadow_orders_pkey primary key (account_id, deploy_id, shadow_order_id),
    constraint shadow_orders_deploy_fkey foreign key (account_id, deploy_id) references trading.deploys (account_id, deploy_id) on delete restrict,
    constraint shadow_orders_instrument_fkey foreign key (instrument_id) references ref.instruments (instrument_id) on delete restrict
);
comment on table trading.shadow_orders is
    'What a build in shadow would have ordered, append-only. None of it was ever sent; trading.fn_compare_shadow() sets it against what was.';
comment on column trading.shadow_orders.idempotency_key is
    'The key that the order would have had: where blue''s order has the same, the two are one decision.';
comment on column trading.shadow_orders.decided_at is 'When the build says that it would have submitted the order.';

create unique index shadow_orders_idempotency_key on trading.shadow_orders (account_id, deploy_id, idempotency_key)
    where idempotency_key is not null;
create index shadow_orders_decided_idx on trading.shadow_orders (account_id, deploy_id, instrument_id, side, decided_at);

create table trading.fence_increments (
    account_id uuid        not null,
    change_id  uuid        not null,
    bot_id     uuid        not null,
    fence      bigint      not null,
    holder     text,
    reason     text        not null,
    actor      text        not null,
    at         timestamptz not null default clock_timestamp(),
    made_by    name        not null default session_user,
    ctx        jsonb,
    constraint fence_increments_pkey primary key (account_id, change_id),
    constraint fence_increments_bot_fkey foreign key (account_id, bot_id) references trading.bot_configs (account_id, bot_id) on delete restrict
);
comment on table trading.fence_increments is
    'Every time that somebody fenced off the holder of a lease, append-only; the answer to a repeated change_id is read from here.';
comment on column trading.fence_increments.fence is 'No token below it counts any more, and it is nobody''s own.';
comment on column trading.fence_increments.holder is 'Who had acquired the lease last; null if nobody had.';
comment on column trading.fence_increments.made_by is 'The database role that was logged in.';

select bus.fn_declare_event_type(t.event_type, 'trading', t.aggregate_type, t.description, t.contract::jsonb)
  from (values
    ('trading.deploy_started', 'deploy', 'A deploy of a bot or a service was asked for.',
     '{"required": {"deploy_id": "uuid", "image_tag": "string", "reason": "string", "actor": "string"},
       "optional": {"bot_id": "uuid", "service": "string", "strategy_params": "object"}}'),
    ('trading.deploy_advanced', 'deploy', 'A deploy is in another state.',
     '{"required": {"deploy_id": "uuid", "from_state": "string", "to_state": "string", "reason": "string", "actor": "string"},
       "optional": {"bot_id": "uuid", "service": "string", "differences": "integer", "config_version": "integer", "fence": "integer"}}'),
    ('trading.deploy_refused', 'deploy', 'A deploy was not begun, or did not take a step, or an order in shadow was not recorded.',
     '{"required": {"deploy_id": "uuid", "action": "string", "refusal_code": "string", "refusal_detail": "string"},
       "optional": {"bot_id": "uuid", "service": "string"}}'),
    ('trading.shadow_order_recorded', 'deploy', 'A build in shadow would have ordered this.',
     '{"required": {"deploy_id": "uuid", "shadow_order_id": "uuid", "instrument_id": "uuid", "side": "string", "type": "string",
                    "qty": "decimal", "decided_at": "timestamp"},
       "optional": {"price": "decimal", "stop_price": "decimal", "idempotency_key": "string"}}'),
    ('trading.fence_incremented', 'bot', 'Whoever held the lease of a bot was fenced off, and nobody has it.',
     '{"required": {"bot_id": "uuid", "fence": "integer", "reason": "string", "actor": "string"}}')
  ) as t (event_type, aggregate_type, description, contract);

create type trading.deploy_answer as (
    outcome        text,
    deploy_id      uuid,
    state          text,
    conflict_field text,
    refusal_code   text,
    refusal_detail text
);
comment on type trading.deploy_answer is 'What is answered to whoever asks for a deploy.';
