-- The log handed out once more, to one consumer, beside what is new.

create table bus.replays (
    replay_id      uuid        not null,
    consumer       text        not null,
    from_seq       bigint      not null,
    to_seq         bigint      not null,
    event_types    text[],
    aggregate_type text,
    aggregate_id   text,
    rate           integer,
    events         bigint      not null,
    state          text        not null,
    at_seq         bigint      not null,
    fed            bigint      not null default 0,
    requested_at   timestamptz not null default clock_timestamp(),
    began_at       timestamptz,
    ended_at       timestamptz,
    ctx            jsonb,
    constraint replays_pkey primary key (replay_id),
    constraint replays_consumer_fkey foreign key (consumer) references bus.domain_event_consumers (consumer) on delete restrict,
    constraint replays_state_check check (state in ('running', 'fed', 'cancelled')),
    constraint replays_range_check check (from_seq between 1 and to_seq),
    constraint replays_rate_positive check (rate > 0),
    constraint replays_aggregate_whole check (aggregate_id is null or aggregate_type is not null)
);
create index replays_running_idx on bus.replays (consumer) where state = 'running';
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

insert into bus.domain_event_type (event_type, module, aggregate_type, description, contract, required)
select t.event_type, 'bus', 'replay', t.description, t.contract,
       array(select jsonb_object_keys(t.contract -> 'required') order by 1)
  from (values
    ('bus.replay_requested', 'A part of the log is to be handed to a reader once more.',
     '{"required": {"replay_id": "uuid", "consumer": "string", "from_seq": "integer", "to_seq": "integer", "events": "integer"},
       "optional": {"event_types": "array", "aggregate_type": "string", "aggregate_id": "string", "rate": "integer"}}'::jsonb),
    ('bus.replay_cancelled', 'The rest of a replay will not be handed out.',
     '{"required": {"replay_id": "uuid", "consumer": "string", "fed": "integer"}}')
  ) as t (event_type, description, contract);
