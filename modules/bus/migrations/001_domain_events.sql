-- The log of domain events. Two numbers must not be confused: id is drawn when a transaction emits, so ids become visible
-- out of order and have gaps; a reader that remembered the highest id would lose events. The sequencer gives every event
-- its place in the log afterwards, by differences of snapshots over xid, and readers go by that place.

create schema if not exists bus;
comment on schema bus is 'Domain events: what happened, once, in the transaction in which it happened.';

create table bus.domain_event_type (
    event_type     text        not null,
    module         text        not null,
    aggregate_type text        not null,
    description    text        not null,
    contract       jsonb       not null,
    required       text[]      not null,
    declared_at    timestamptz not null default clock_timestamp(),
    constraint domain_event_type_pkey primary key (event_type),
    constraint domain_event_type_name check (event_type ~ '^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$'),
    constraint domain_event_type_contract check (jsonb_typeof(contract) = 'object')
);
comment on table bus.domain_event_type is
    'The declared types of event. An event of an undeclared type cannot be emitted; a declaration is never removed.';
comment on column bus.domain_event_type.event_type is 'Schema and what happened: trading.order_submitted.';
comment on column bus.domain_event_type.module is 'The module that declares and emits the type.';
comment on column bus.domain_event_type.aggregate_type is
    'What kind of thing the event happened to. Types that share it share one sequence of versions per aggregate.';
comment on column bus.domain_event_type.contract is
    'Fields of the payload: {"required": {field: type}, "optional": {field: type}}.';
comment on column bus.domain_event_type.required is
    'Names of the required fields, kept apart so that emitting checks them with one operator.';

create table bus.aggregate_heads (
    aggregate_type text   not null,
    aggregate_id   text   not null,
    version        bigint not null,
    constraint aggregate_heads_pkey primary key (aggregate_type, aggregate_id),
    constraint aggregate_heads_version_positive check (version > 0)
) with (fillfactor = 80);
comment on table bus.aggregate_heads is
    'Newest version of every aggregate that has no version column of its own. Its row is the lock that puts events of '
    'one aggregate in order.';

create sequence bus.domain_events_id_seq as bigint;
comment on sequence bus.domain_events_id_seq is
    'Emit ids of domain events; drawn only while the lock of the aggregate is held.';

-- Domains and not checks of the table: the server keeps a domain's check parsed from statement to statement.
create domain bus.payload as jsonb constraint payload_object check (jsonb_typeof(value) = 'object');
comment on domain bus.payload is 'What an event tells: a JSON object.';
create domain bus.version as bigint constraint version_positive check (value > 0);
comment on domain bus.version is 'Number of an event within its aggregate, from 1.';

-- There is no foreign key to the event type: its check would lock one row of a tiny table in every transaction of the
-- database, and under concurrency each of those locks rewrites that row as a new set of lockers. The one statement that
-- inserts here joins the type instead, and no role of the application may delete a type.
create table bus.domain_events (
    id                bigint      not null default nextval('bus.domain_events_id_seq'),
    xid               xid8        not null default pg_current_xact_id(),
    event_id          uuid        not null,
    event_type        text        not null,
    account_id        uuid,
    aggregate_type    text        not null,
    aggregate_id      text        not null,
    aggregate_version bus.version not null,
    occurred_at       timestamptz not null,
    recorded_at       timestamptz not null default clock_timestamp(),
    payload           bus.payload not null,
    ctx               jsonb,
    constraint domain_events_pkey primary key (id)
) partition by range (id);
comment on table bus.domain_events is
    'The log, insert-only. One row per thing that happened, written by the transaction that made it happen.';
comment on column bus.domain_events.id is
    'Emit id. Within one aggregate it rises with the version; across aggregates it is not the order of commits. Never '
    'a reader''s cursor.';
comment on column bus.domain_events.xid is
    'The top-level transaction, by which the sequencer finds what became visible.';
comment on column bus.domain_events.event_id is 'Identity of the event everywhere outside this table.';
comment on column bus.domain_events.account_id is
    'The account whose business it is; null for what belongs to no account. Ids of aggregates of an account are its own.';
comment on column bus.domain_events.aggregate_version is 'Rises by one with each event of the aggregate, without gaps.';
comment on column bus.domain_events.occurred_at is
    'Business time, as the caller says; for people and reports, not for order.';
comment on column bus.domain_events.recorded_at is 'Clock of the server when the row was written.';
comment on column bus.domain_events.ctx is 'Context of the caller: session, actor, correlation, cause, bot, fence.';

create index domain_events_xid_idx on bus.domain_events (xid);

-- The first partitions; bus.fn_ensure_event_partitions() makes the following ones in the same way. A version can be
-- unique only inside a partition, because a unique index over all of them would have to contain the id. Two accounts may
-- know an order by the same id, which its owner chose.
-- daybook-lint: allow schema-change-in-block until 2028-06-30: partitions of a table that this file makes
do $$
begin
    for v_number in 0..8 loop
        execute format('create table bus.domain_events_p%s (like bus.domain_events including all)', v_number);
        execute format('create unique index domain_events_p%s_version_key '
                       'on bus.domain_events_p%s (aggregate_type, aggregate_id, aggregate_version, account_id) '
                       'nulls not distinct', v_number, v_number);
        execute format('alter table bus.domain_events attach partition bus.domain_events_p%s for values from (%s) to (%s)',
                       v_number, v_number * 16777216::bigint, (v_number + 1) * 16777216::bigint);
    end loop;
end
$$;
