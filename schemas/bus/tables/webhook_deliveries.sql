-- daybook mirror: table bus.webhook_deliveries

create table bus.webhook_deliveries (
    endpoint_id uuid not null,
    resend integer not null,
    seq bigint not null,
    id bigint not null,
    aggregate bigint not null,
    waits boolean not null,
    attempts integer default 0 not null,
    queued_at timestamp with time zone default clock_timestamp() not null,
    first_attempt_at timestamp with time zone,
    next_attempt_at timestamp with time zone default '-infinity'::timestamp with time zone not null,
    token uuid,
    leased_until timestamp with time zone,
    last_status integer,
    last_error text,
    resend_id uuid,
    constraint webhook_deliveries_pkey PRIMARY KEY (endpoint_id, resend, seq),
    constraint webhook_deliveries_lease_whole CHECK (((token IS NULL) = (leased_until IS NULL))),
    constraint webhook_deliveries_resend_not_negative CHECK ((resend >= 0))
)
with (autovacuum_vacuum_cost_delay=0, autovacuum_vacuum_scale_factor=0.05, autovacuum_vacuum_threshold=1000, fillfactor=70);

alter table bus.webhook_deliveries owner to daybook_owner;

CREATE INDEX webhook_deliveries_aggregate_idx ON bus.webhook_deliveries USING btree (endpoint_id, aggregate, seq) WHERE (resend = 0);
CREATE INDEX webhook_deliveries_next_idx ON bus.webhook_deliveries USING btree (endpoint_id, seq) WHERE ((NOT waits) AND (resend = 0));

comment on table bus.webhook_deliveries is 'What is to be posted: one row per endpoint and event, until it is delivered or dead.';
comment on column bus.webhook_deliveries.resend is '0: the delivery itself; from 1: sent once more by hand, out of order.';
comment on column bus.webhook_deliveries.seq is 'Place of the event in the log.';
comment on column bus.webhook_deliveries.id is 'Emit id of the event, the key of bus.domain_events.';
comment on column bus.webhook_deliveries.aggregate is 'Hash of the aggregate; of those that share it one is sent at a time.';
comment on column bus.webhook_deliveries.waits is 'An earlier event of the same aggregate is not delivered yet.';
comment on column bus.webhook_deliveries.token is 'Given to the attempt that is under way. A late word of an earlier attempt does not have it.';
comment on column bus.webhook_deliveries.leased_until is 'Longer than the attempt can last; if nothing is heard of it by then, another one is made.';

grant select, insert, delete on bus.webhook_deliveries to daybook_api;
grant select on bus.webhook_deliveries to daybook_lab_reader;
grant update (waits, attempts, first_attempt_at, next_attempt_at, token, leased_until, last_status, last_error, resend_id) on bus.webhook_deliveries to daybook_api;

-- Once everything else exists:

alter table only bus.webhook_deliveries add constraint webhook_deliveries_endpoint_fkey FOREIGN KEY (endpoint_id) REFERENCES bus.webhook_endpoints(endpoint_id) ON DELETE RESTRICT;
