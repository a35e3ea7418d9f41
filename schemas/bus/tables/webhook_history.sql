-- daybook mirror: table bus.webhook_history

create table bus.webhook_history (
    seq bigint not null,
    endpoint_id uuid not null,
    resend integer not null,
    id bigint not null,
    outcome text not null,
    attempts integer not null,
    queued_at timestamp with time zone not null,
    first_attempt_at timestamp with time zone not null,
    ended_at timestamp with time zone default clock_timestamp() not null,
    took_ms integer,
    status integer,
    error text,
    resend_id uuid,
    constraint webhook_history_pkey PRIMARY KEY (seq, endpoint_id, resend),
    constraint webhook_history_outcome CHECK ((outcome = ANY (ARRAY['delivered'::text, 'dead'::text])))
)
partition by RANGE (seq);

-- Its partitions are made while the system runs and are not written one by one, unless one differs from this
-- table, or from most of the others, in more than its bounds.

alter table bus.webhook_history owner to daybook_owner;

CREATE INDEX webhook_history_ended_at_idx ON ONLY bus.webhook_history USING btree (ended_at);

comment on table bus.webhook_history is 'Deliveries that have ended, for as many days as the setting bus.webhook_history_keep_days says. Partitioned as the order of the log is.';
comment on column bus.webhook_history.outcome is 'delivered: answered with a status of 200 to 299. dead: given up; it can be sent once more by hand.';
comment on column bus.webhook_history.took_ms is 'How long the last attempt took.';
comment on column bus.webhook_history.error is 'Why the last attempt failed; null when it did not.';

grant select, insert on bus.webhook_history to daybook_api;
grant select on bus.webhook_history to daybook_lab_reader;
