-- daybook mirror: table bus.domain_events
-- needs: bus/sequences/domain_events_id_seq.sql
-- needs: bus/types/payload.sql
-- needs: bus/types/version.sql

create table bus.domain_events (
    id bigint default nextval('bus.domain_events_id_seq'::regclass) not null,
    xid xid8 default pg_current_xact_id() not null,
    event_id uuid not null,
    event_type text not null,
    account_id uuid,
    aggregate_type text not null,
    aggregate_id text not null,
    aggregate_version bus.version not null,
    occurred_at timestamp with time zone not null,
    recorded_at timestamp with time zone default clock_timestamp() not null,
    payload bus.payload not null,
    ctx jsonb,
    constraint domain_events_pkey PRIMARY KEY (id)
)
partition by RANGE (id);

-- Its partitions are made while the system runs and are not written one by one, unless one differs from this
-- table, or from most of the others, in more than its bounds.
-- Each of them also has an index of its own: UNIQUE USING btree (aggregate_type, aggregate_id, aggregate_version, account_id) NULLS NOT DISTINCT

alter table bus.domain_events owner to daybook_owner;

CREATE INDEX domain_events_xid_idx ON ONLY bus.domain_events USING btree (xid);

comment on table bus.domain_events is 'The log, insert-only. One row per thing that happened, written by the transaction that made it happen.';
comment on column bus.domain_events.id is 'Emit id. Within one aggregate it rises with the version; across aggregates it is not the order of commits. Never a reader''s cursor.';
comment on column bus.domain_events.xid is 'The top-level transaction, by which the sequencer finds what became visible.';
comment on column bus.domain_events.event_id is 'Identity of the event everywhere outside this table.';
comment on column bus.domain_events.account_id is 'The account whose business it is; null for what belongs to no account. Ids of aggregates of an account are its own.';
comment on column bus.domain_events.aggregate_version is 'Rises by one with each event of the aggregate, without gaps.';
comment on column bus.domain_events.occurred_at is 'Business time, as the caller says; for people and reports, not for order.';
comment on column bus.domain_events.recorded_at is 'Clock of the server when the row was written.';
comment on column bus.domain_events.ctx is 'Context of the caller: session, actor, correlation, cause, bot, fence.';

grant select, insert on bus.domain_events to daybook_api;
grant select on bus.domain_events to daybook_audit;
grant select on bus.domain_events to daybook_lab_reader;
grant select on bus.domain_events to daybook_relay;
