-- daybook mirror: table bus.replays

create table bus.replays (
    replay_id uuid not null,
    consumer text not null,
    from_seq bigint not null,
    to_seq bigint not null,
    event_types text[],
    aggregate_type text,
    aggregate_id text,
    rate integer,
    events bigint not null,
    state text not null,
    at_seq bigint not null,
    fed bigint default 0 not null,
    requested_at timestamp with time zone default clock_timestamp() not null,
    began_at timestamp with time zone,
    ended_at timestamp with time zone,
    ctx jsonb,
    constraint replays_pkey PRIMARY KEY (replay_id),
    constraint replays_aggregate_whole CHECK (((aggregate_id IS NULL) OR (aggregate_type IS NOT NULL))),
    constraint replays_range_check CHECK (((from_seq >= 1) AND (from_seq <= to_seq))),
    constraint replays_rate_positive CHECK ((rate > 0)),
    constraint replays_state_check CHECK ((state = ANY (ARRAY['running'::text, 'fed'::text, 'cancelled'::text])))
);

alter table bus.replays owner to daybook_owner;

CREATE INDEX replays_running_idx ON bus.replays USING btree (consumer) WHERE (state = 'running'::text);

comment on table bus.replays is 'Parts of the log that a consumer is handed once more, marked as a replay, while what is new goes on.';
comment on column bus.replays.from_seq is 'The first place.';
comment on column bus.replays.to_seq is 'The last place; the consumer had passed it when the replay was requested.';
comment on column bus.replays.event_types is 'Of these types only, and of those only what the consumer is declared for; null: all that it is declared for.';
comment on column bus.replays.rate is 'Events a second at most; null: as fast as the consumer goes.';
comment on column bus.replays.events is 'How many there were when it was requested.';
comment on column bus.replays.state is 'running; fed: all of it waits for the consumer in bus.event_retries, or is done; cancelled.';
comment on column bus.replays.at_seq is 'What was handed over so far goes up to this place.';
comment on column bus.replays.fed is 'How many events were handed over so far.';
comment on column bus.replays.began_at is 'When the first were handed over, from which the rate counts.';

grant select, insert on bus.replays to daybook_api;
grant select on bus.replays to daybook_audit;
grant select on bus.replays to daybook_lab_reader;
grant select on bus.replays to daybook_relay;
grant update (state, at_seq, fed, began_at, ended_at, ctx) on bus.replays to daybook_api;

-- Once everything else exists:

alter table only bus.replays add constraint replays_consumer_fkey FOREIGN KEY (consumer) REFERENCES bus.domain_event_consumers(consumer) ON DELETE RESTRICT;
