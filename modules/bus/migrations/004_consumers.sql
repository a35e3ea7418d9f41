-- Durable readers of the log: each has a place up to which it has dealt with everything, kept here and moved in the transaction of
-- what it did, where that is in this database. Places and holders are machinery, not business: they emit no events, or a consumer
-- of all events would be handed its own progress for ever. Declaring, changing and dropping one are events.

create table bus.domain_event_consumers (
    consumer     text        not null,
    kind         text        not null,
    event_types  text[],
    policy       text        not null,
    max_attempts integer     not null,
    members      smallint    not null,
    role_name    name        not null default session_user,
    term         bigint      not null default 0,
    version      bigint      not null default 1,
    declared_at  timestamptz not null default clock_timestamp(),
    dropped_at   timestamptz,
    ctx          jsonb,
    constraint domain_event_consumers_pkey primary key (consumer),
    constraint domain_event_consumers_name check (consumer ~ '^[a-z0-9][a-z0-9_.-]{0,62}$'),
    constraint domain_event_consumers_kind check (kind in ('application', 'sink', 'webhooks')),
    constraint domain_event_consumers_policy check (policy in ('skip', 'block_aggregate', 'block_all')),
    constraint domain_event_consumers_max_attempts check (max_attempts between 1 and 1000),
    constraint domain_event_consumers_members check (members in (1, 2, 4, 8, 16, 32, 64)),
    constraint domain_event_consumers_version_positive check (version > 0)
);
comment on table bus.domain_event_consumers is 'Who reads the log durably: programs, and the sinks and webhooks of the relay.';
comment on column bus.domain_event_consumers.kind is
    'application: reads with bus.fn_read_events(), what the account rights of its login let it see. sink, webhooks: the relay, which reads the whole log.';
comment on column bus.domain_event_consumers.event_types is
    'The types it is handed; null: all, but for those about consumers, which only who names them is handed.';
comment on column bus.domain_event_consumers.policy is
    'What waits behind an event that failed, until it succeeds or somebody decides: nothing (skip), the events of its aggregate, or everything.';
comment on column bus.domain_event_consumers.max_attempts is 'After so many an event is a dead letter.';
comment on column bus.domain_event_consumers.members is 'How many processes share the events, each with the aggregates of some of 64 slots and a place of its own.';
comment on column bus.domain_event_consumers.role_name is 'The role that declared it; its members may use it, and who may read the whole log.';
comment on column bus.domain_event_consumers.term is 'The highest term given to a holder; rises with every attachment of any member.';
comment on column bus.domain_event_consumers.version is 'Rises by one with every change; it is the version of its events.';
comment on column bus.domain_event_consumers.dropped_at is 'When it was dropped. Declared again it begins anew.';
comment on column bus.domain_event_consumers.ctx is 'Session, actor and correlation of the last change.';

-- Updated once a batch and more often than anything else here: the page has room, and no index contains what changes.
create table bus.consumer_cursors (
    consumer     text        not null,
    member       smallint    not null,
    epoch        integer     not null,
    after_seq    bigint      not null,
    term         bigint      not null default 0,
    holder_id    uuid,
    holder_name  text,
    holder_pid   integer,
    held_since   timestamptz,
    seen_at      timestamptz,
    committed_at timestamptz not null default clock_timestamp(),
    constraint consumer_cursors_pkey primary key (consumer, member),
    constraint consumer_cursors_consumer_fkey foreign key (consumer) references bus.domain_event_consumers (consumer) on delete restrict,
    constraint consumer_cursors_after_seq_not_negative check (after_seq >= 0),
    constraint consumer_cursors_holder_whole check ((holder_id is null) = (holder_name is null) and (holder_id is null) = (held_since is null))
) with (fillfactor = 10, autovacuum_vacuum_threshold = 100, autovacuum_vacuum_scale_factor = 0);
comment on table bus.consumer_cursors is 'How far each member of a consumer has come, and which process it is.';
comment on column bus.consumer_cursors.member is 'From 0. Of a consumer with n members, member m has the slots from 64 m / n to 64 (m + 1) / n - 1.';
comment on column bus.consumer_cursors.epoch is 'The epoch of the log in which the place was confirmed.';
comment on column bus.consumer_cursors.after_seq is 'Everything up to this place has been dealt with: done, or put down for later.';
comment on column bus.consumer_cursors.term is 'Given when the holder attached. Calls that show another one are fenced.';
comment on column bus.consumer_cursors.holder_name is 'Who holds it, for people: program, host and process.';
comment on column bus.consumer_cursors.holder_pid is
    'The server process of the holder''s own session, where it has one: when that is gone, so is the holder. Null behind a pooler.';
comment on column bus.consumer_cursors.seen_at is 'When the holder last called, to the second or two. A holder lives that was seen in the last 10 seconds.';
comment on column bus.consumer_cursors.committed_at is 'When the place last moved.';

-- What was read and is not done: what failed and is tried again, what waits behind it, and what a replay hands out once more.
create table bus.event_retries (
    consumer        text        not null,
    seq             bigint      not null,
    replay_id       uuid,
    event_id        uuid        not null,
    event_type      text        not null,
    account_id      uuid,
    aggregate_type  text        not null,
    aggregate_id    text        not null,
    attempts        integer     not null default 0,
    error           text,
    first_failed_at timestamptz,
    last_failed_at  timestamptz,
    due_at          timestamptz not null default clock_timestamp(),
    constraint event_retries_pkey primary key (consumer, seq),
    constraint event_retries_consumer_fkey foreign key (consumer) references bus.domain_event_consumers (consumer) on delete restrict,
    constraint event_retries_attempts_not_negative check (attempts >= 0)
) with (fillfactor = 70);
create index event_retries_aggregate_idx on bus.event_retries (consumer, aggregate_type, aggregate_id, seq);
comment on table bus.event_retries is
    'Events that the place of a consumer has passed, or is about to, and that it has yet to deal with. A row goes when that is done.';
comment on column bus.event_retries.replay_id is 'The replay that hands it out once more; such rows hold up nothing but each other. Null: delivered for the first time.';
comment on column bus.event_retries.attempts is 'How often it failed; 0: it waits behind another event of its aggregate, or for its first delivery in a replay.';
comment on column bus.event_retries.error is 'What the consumer said when it last failed.';
comment on column bus.event_retries.due_at is 'Not delivered before; for those with an earlier one of their aggregate waiting, not before that.';

create table bus.dead_letters (
    consumer        text        not null,
    seq             bigint      not null,
    replay_id       uuid,
    event_id        uuid        not null,
    event_type      text        not null,
    account_id      uuid,
    aggregate_type  text        not null,
    aggregate_id    text        not null,
    attempts        integer     not null,
    error           text        not null,
    first_failed_at timestamptz not null,
    last_failed_at  timestamptz not null,
    state           text        not null,
    resolved_at     timestamptz,
    resolved_by     name,
    reason          text,
    ctx             jsonb,
    constraint dead_letters_pkey primary key (consumer, seq),
    constraint dead_letters_consumer_fkey foreign key (consumer) references bus.domain_event_consumers (consumer) on delete restrict,
    constraint dead_letters_state_check check (state in ('pending', 'redriven', 'delivered', 'discarded')),
    constraint dead_letters_attempts_positive check (attempts > 0)
);
create index dead_letters_pending_idx on bus.dead_letters (consumer, aggregate_type, aggregate_id, seq) where state = 'pending';
comment on table bus.dead_letters is
    'Events that a consumer failed to deal with as often as it may. Somebody decides: delivered again or discarded. Until then the policy of the consumer says what waits.';
comment on column bus.dead_letters.attempts is 'How often it failed, over all times it was delivered again.';
comment on column bus.dead_letters.state is
    'pending: to be decided. redriven: to be delivered again. delivered: that succeeded. discarded: never to be delivered, for a reason.';
comment on column bus.dead_letters.reason is 'Why it was discarded.';

insert into bus.domain_event_type (event_type, module, aggregate_type, description, contract, required)
select t.event_type, 'bus', 'consumer', t.description, t.contract,
       array(select jsonb_object_keys(t.contract -> 'required') order by 1)
  from (values
    ('bus.consumer_declared', 'A durable reader of the log was declared.',
     '{"required": {"consumer": "string", "kind": "string", "policy": "string", "max_attempts": "integer", "members": "integer", "after_seq": "integer"},
       "optional": {"event_types": "array"}}'::jsonb),
    ('bus.consumer_dropped', 'A durable reader of the log was dropped.',
     '{"required": {"consumer": "string"}}'),
    ('bus.consumer_reset', 'The place of a reader was set by hand, and what it had put down for later was forgotten.',
     '{"required": {"consumer": "string", "after_seq": "integer", "reason": "string"}}'),
    ('bus.event_dead_lettered', 'A reader failed to deal with an event as often as it may.',
     '{"required": {"consumer": "string", "seq": "integer", "event_id": "uuid", "event_type": "string", "attempts": "integer", "error": "string"}}'),
    ('bus.dead_letter_redriven', 'An event that had failed is to be delivered again.',
     '{"required": {"consumer": "string", "seq": "integer", "event_id": "uuid"}}'),
    ('bus.dead_letter_discarded', 'An event that had failed will not be delivered again.',
     '{"required": {"consumer": "string", "seq": "integer", "event_id": "uuid", "reason": "string"}}')
  ) as t (event_type, description, contract);
