-- daybook mirror: table bus.dead_letters

create table bus.dead_letters (
    consumer text not null,
    seq bigint not null,
    replay_id uuid,
    event_id uuid not null,
    event_type text not null,
    account_id uuid,
    aggregate_type text not null,
    aggregate_id text not null,
    attempts integer not null,
    error text not null,
    first_failed_at timestamp with time zone not null,
    last_failed_at timestamp with time zone not null,
    state text not null,
    resolved_at timestamp with time zone,
    resolved_by name,
    reason text,
    ctx jsonb,
    constraint dead_letters_pkey PRIMARY KEY (consumer, seq),
    constraint dead_letters_attempts_positive CHECK ((attempts > 0)),
    constraint dead_letters_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'redriven'::text, 'delivered'::text, 'discarded'::text])))
);

alter table bus.dead_letters owner to daybook_owner;

CREATE INDEX dead_letters_pending_idx ON bus.dead_letters USING btree (consumer, aggregate_type, aggregate_id, seq) WHERE (state = 'pending'::text);

comment on table bus.dead_letters is 'Events that a consumer failed to deal with as often as it may. Somebody decides: delivered again or discarded. Until then the policy of the consumer says what waits.';
comment on column bus.dead_letters.attempts is 'How often it failed, over all times it was delivered again.';
comment on column bus.dead_letters.state is 'pending: to be decided. redriven: to be delivered again. delivered: that succeeded. discarded: never to be delivered, for a reason.';
comment on column bus.dead_letters.reason is 'Why it was discarded.';

grant select, insert on bus.dead_letters to daybook_api;
grant select on bus.dead_letters to daybook_audit;
grant select on bus.dead_letters to daybook_lab_reader;
grant select on bus.dead_letters to daybook_relay;
grant update (replay_id, attempts, error, last_failed_at, state, resolved_at, resolved_by, reason, ctx) on bus.dead_letters to daybook_api;

-- Once everything else exists:

alter table only bus.dead_letters add constraint dead_letters_consumer_fkey FOREIGN KEY (consumer) REFERENCES bus.domain_event_consumers(consumer) ON DELETE RESTRICT;
