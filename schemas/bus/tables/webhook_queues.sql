-- daybook mirror: table bus.webhook_queues

create table bus.webhook_queues (
    endpoint_id uuid not null,
    behind_seq bigint,
    pending integer default 0 not null,
    floor_seq bigint default 0 not null,
    failures integer default 0 not null,
    openings integer default 0 not null,
    probing boolean default false not null,
    shut_until timestamp with time zone,
    delivered bigint default 0 not null,
    failed bigint default 0 not null,
    dead bigint default 0 not null,
    last_delivered_at timestamp with time zone,
    last_failed_at timestamp with time zone,
    last_status integer,
    last_error text,
    ping_id uuid,
    constraint webhook_queues_pkey PRIMARY KEY (endpoint_id),
    constraint webhook_queues_pending_not_negative CHECK ((pending >= 0))
)
with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=100, fillfactor=10);

alter table bus.webhook_queues owner to daybook_owner;

comment on table bus.webhook_queues is 'How each endpoint fares: where it stands in the log, what waits, and its breaker.';
comment on column bus.webhook_queues.behind_seq is 'Deliveries are made for everything up to this place; null: up to where the dispatcher stands. Set while the endpoint is not enabled or its window is full.';
comment on column bus.webhook_queues.pending is 'Deliveries under way or waiting, resends included.';
comment on column bus.webhook_queues.floor_seq is 'No delivery under way has a lower place, resends apart. Looking for the next one begins here, and not among rows that are deleted but not yet removed.';
comment on column bus.webhook_queues.failures is 'Attempts that failed since the last success.';
comment on column bus.webhook_queues.openings is 'The breaker: 0 while it is closed. Each time it opens this rises and the pause is longer; afterwards one delivery is tried, whose success closes it.';
comment on column bus.webhook_queues.probing is 'That one delivery is on its way.';
comment on column bus.webhook_queues.shut_until is 'Nothing is sent before: the breaker is open, or the endpoint asked for it (Retry-After).';
comment on column bus.webhook_queues.last_status is 'HTTP status of the last failure; null where there was no whole answer.';
comment on column bus.webhook_queues.ping_id is 'The last ping, so that its repetition is recognised.';

grant select, insert on bus.webhook_queues to daybook_api;
grant select on bus.webhook_queues to daybook_lab_reader;
grant update (behind_seq, pending, floor_seq, failures, openings, probing, shut_until, delivered, failed, dead, last_delivered_at, last_failed_at, last_status, last_error, ping_id) on bus.webhook_queues to daybook_api;

-- Once everything else exists:

alter table only bus.webhook_queues add constraint webhook_queues_endpoint_fkey FOREIGN KEY (endpoint_id) REFERENCES bus.webhook_endpoints(endpoint_id) ON DELETE RESTRICT;
