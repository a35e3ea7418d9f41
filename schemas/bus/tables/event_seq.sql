-- daybook mirror: table bus.event_seq

create table bus.event_seq (
    log smallint not null,
    seq bigint not null,
    epoch integer not null,
    id bigint not null,
    sequenced_at timestamp with time zone not null,
    constraint event_seq_pkey PRIMARY KEY (log, seq)
)
partition by RANGE (seq);

-- Its partitions are made while the system runs and are not written one by one, unless one differs from this
-- table, or from most of the others, in more than its bounds.

alter table bus.event_seq owner to daybook_owner;

comment on table bus.event_seq is 'The log in order: without gaps, and within an aggregate in the order of its versions. An event that committed late has a late place.';
comment on column bus.event_seq.seq is 'The place; what readers remember.';
comment on column bus.event_seq.id is 'Emit id of the event, the key of bus.domain_events.';
comment on column bus.event_seq.sequenced_at is 'When the place was given, the same for all of one look.';

grant select, insert on bus.event_seq to daybook_api;
grant select on bus.event_seq to daybook_audit;
grant select on bus.event_seq to daybook_lab_reader;
grant select on bus.event_seq to daybook_relay;
