-- daybook mirror: table trading.risk_events

create table trading.risk_events (
    account_id uuid not null,
    event_id uuid not null,
    bot_id uuid,
    breaker text not null,
    threshold text,
    threshold_value numeric,
    value numeric,
    action text not null,
    halt_id uuid,
    reason text not null,
    actor text not null,
    tripped_at timestamp with time zone not null,
    tripped_by name default SESSION_USER not null,
    ctx jsonb,
    constraint risk_events_pkey PRIMARY KEY (account_id, event_id),
    constraint risk_events_action_known CHECK ((action = ANY (ARRAY['none'::text, 'halt'::text]))),
    constraint risk_events_halt_whole CHECK (((action = 'halt'::text) = (halt_id IS NOT NULL))),
    constraint risk_events_scope_whole CHECK (((account_id <> '00000000-0000-0000-0000-000000000000'::uuid) OR (bot_id IS NULL)))
);

alter table trading.risk_events owner to daybook_owner;

CREATE INDEX risk_events_tripped_idx ON trading.risk_events USING btree (account_id, tripped_at);

comment on table trading.risk_events is 'One row per trip of a circuit breaker, append-only: of all trading (nil uuid), an account, or one of its bots.';
comment on column trading.risk_events.event_id is 'Identity of the trip, chosen by the caller.';
comment on column trading.risk_events.threshold is 'The name of the threshold that was passed, as in trading.risk_config; null where there is none.';
comment on column trading.risk_events.threshold_value is 'What it was when the breaker looked.';
comment on column trading.risk_events.value is 'What the breaker saw.';
comment on column trading.risk_events.action is 'What was done about it: none, or halt.';
comment on column trading.risk_events.halt_id is 'The halt that was made with it.';
comment on column trading.risk_events.tripped_by is 'The database role that was logged in.';

grant select, insert on trading.risk_events to daybook_api;
grant select on trading.risk_events to daybook_audit;
grant select on trading.risk_events to daybook_lab_reader;
grant select on trading.risk_events to daybook_risk;
