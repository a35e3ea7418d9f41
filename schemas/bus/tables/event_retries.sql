-- daybook mirror: table bus.event_retries

create table bus.event_retries (
    consumer text not null,
    seq bigint not null,
    replay_id uuid,
    event_id uuid not null,
    event_type text not null,
    account_id uuid,
    aggregate_type text not null,
    aggregate_id text not null,
    attempts integer default 0 not null,
    error text,
    first_failed_at timestamp with time zone,
    last_failed_at timestamp with time zone,
    due_at timestamp with time zone default clock_timestamp() not null,
    constraint event_retries_pkey PRIMARY KEY (consumer, seq),
    constraint event_retries_attempts_not_negative CHECK ((attempts >= 0))
)
with (fillfactor=70);

alter table bus.event_retries owner to daybook_owner;

CREATE INDEX event_retries_aggregate_idx ON bus.event_retries USING btree (consumer, aggregate_type, aggregate_id, seq);

comment on table bus.event_retries is 'Events that the place of a consumer has passed, or is about to, and that it has yet to deal with. A row goes when that is done.';
comment on column bus.event_retries.replay_id is 'The replay that hands it out once more; such rows hold up nothing but each other. Null: delivered for the first time.';
comment on column bus.event_retries.attempts is 'How often it failed; 0: it waits behind another event of its aggregate, or for its first delivery in a replay.';
comment on column bus.event_retries.error is 'What the consumer said when it last failed.';
comment on column bus.event_retries.due_at is 'Not delivered before; for those with an earlier one of their aggregate waiting, not before that.';

grant select, insert, delete on bus.event_retries to daybook_api;
grant select on bus.event_retries to daybook_lab_reader;
grant select on bus.event_retries to daybook_relay;
grant update (attempts, error, first_failed_at, last_failed_at, due_at) on bus.event_retries to daybook_api;

-- Once everything else exists:

alter table only bus.event_retries add constraint event_retries_consumer_fkey FOREIGN KEY (consumer) REFERENCES bus.domain_event_consumers(consumer) ON DELETE RESTRICT;
