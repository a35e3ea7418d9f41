-- daybook mirror: table trading.bot_events

create table trading.bot_events (
    account_id uuid not null,
    event_id uuid not null,
    bot_id uuid,
    kind text not null,
    level text not null,
    message text not null,
    data jsonb not null,
    occurred_at timestamp with time zone not null,
    recorded_at timestamp with time zone default clock_timestamp() not null,
    ctx jsonb,
    constraint bot_events_pkey PRIMARY KEY (account_id, event_id),
    constraint bot_events_data_object CHECK ((jsonb_typeof(data) = 'object'::text)),
    constraint bot_events_level_known CHECK ((level = ANY (ARRAY['debug'::text, 'info'::text, 'warning'::text, 'error'::text])))
);

alter table trading.bot_events owner to daybook_owner;

CREATE INDEX bot_events_bot_idx ON trading.bot_events USING btree (account_id, bot_id, occurred_at) WHERE (bot_id IS NOT NULL);
CREATE INDEX bot_events_occurred_idx ON trading.bot_events USING btree (account_id, occurred_at);

comment on table trading.bot_events is 'What happened to bots and executors themselves, append-only: started, connected, stopped. Why they did something is in trading.decision_log.';
comment on column trading.bot_events.bot_id is 'The bot it is about; null for an executor that serves several.';
comment on column trading.bot_events.kind is 'What happened, in a word of the program''s own: started, reconnected, stopped.';
comment on column trading.bot_events.level is 'debug, info, warning or error.';
comment on column trading.bot_events.occurred_at is 'When it happened, as the caller says.';
comment on column trading.bot_events.ctx is 'The context of the call; with stale_fence when it spoke as a bot whose lease it did not hold.';

grant select, insert on trading.bot_events to daybook_api;
grant select on trading.bot_events to daybook_audit;
grant select on trading.bot_events to daybook_lab_reader;
grant select on trading.bot_events to daybook_risk;

-- Once everything else exists:

alter table only trading.bot_events add constraint bot_events_account_fkey FOREIGN KEY (account_id) REFERENCES trading.accounts(account_id) ON DELETE RESTRICT;
alter table only trading.bot_events add constraint bot_events_bot_fkey FOREIGN KEY (account_id, bot_id) REFERENCES trading.bot_configs(account_id, bot_id) ON DELETE RESTRICT;
