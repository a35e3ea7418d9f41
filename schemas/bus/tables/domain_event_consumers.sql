-- daybook mirror: table bus.domain_event_consumers

create table bus.domain_event_consumers (
    consumer text not null,
    kind text not null,
    event_types text[],
    policy text not null,
    max_attempts integer not null,
    members smallint not null,
    role_name name default SESSION_USER not null,
    term bigint default 0 not null,
    version bigint default 1 not null,
    declared_at timestamp with time zone default clock_timestamp() not null,
    dropped_at timestamp with time zone,
    ctx jsonb,
    constraint domain_event_consumers_pkey PRIMARY KEY (consumer),
    constraint domain_event_consumers_kind CHECK ((kind = ANY (ARRAY['application'::text, 'sink'::text, 'webhooks'::text]))),
    constraint domain_event_consumers_max_attempts CHECK (((max_attempts >= 1) AND (max_attempts <= 1000))),
    constraint domain_event_consumers_members CHECK ((members = ANY (ARRAY[1, 2, 4, 8, 16, 32, 64]))),
    constraint domain_event_consumers_name CHECK ((consumer ~ '^[a-z0-9][a-z0-9_.-]{0,62}$'::text)),
    constraint domain_event_consumers_policy CHECK ((policy = ANY (ARRAY['skip'::text, 'block_aggregate'::text, 'block_all'::text]))),
    constraint domain_event_consumers_version_positive CHECK ((version > 0))
);

alter table bus.domain_event_consumers owner to daybook_owner;

comment on table bus.domain_event_consumers is 'Who reads the log durably: programs, and the sinks and webhooks of the relay.';
comment on column bus.domain_event_consumers.kind is 'application: reads with bus.fn_read_events(), what the account rights of its login let it see. sink, webhooks: the relay, which reads the whole log.';
comment on column bus.domain_event_consumers.event_types is 'The types it is handed; null: all, but for those about consumers, which only who names them is handed.';
comment on column bus.domain_event_consumers.policy is 'What waits behind an event that failed, until it succeeds or somebody decides: nothing (skip), the events of its aggregate, or everything.';
comment on column bus.domain_event_consumers.max_attempts is 'After so many an event is a dead letter.';
comment on column bus.domain_event_consumers.members is 'How many processes share the events, each with the aggregates of some of 64 slots and a place of its own.';
comment on column bus.domain_event_consumers.role_name is 'The role that declared it; its members may use it, and who may read the whole log.';
comment on column bus.domain_event_consumers.term is 'The highest term given to a holder; rises with every attachment of any member.';
comment on column bus.domain_event_consumers.version is 'Rises by one with every change; it is the version of its events.';
comment on column bus.domain_event_consumers.dropped_at is 'When it was dropped. Declared again it begins anew.';
comment on column bus.domain_event_consumers.ctx is 'Session, actor and correlation of the last change.';

grant select, insert on bus.domain_event_consumers to daybook_api;
grant select on bus.domain_event_consumers to daybook_audit;
grant select on bus.domain_event_consumers to daybook_lab_reader;
grant select on bus.domain_event_consumers to daybook_relay;
grant update (kind, event_types, policy, max_attempts, members, role_name, term, version, declared_at, dropped_at, ctx) on bus.domain_event_consumers to daybook_api;
