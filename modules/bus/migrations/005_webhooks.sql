-- Events to HTTP endpoints. A delivery is a row per endpoint and event for as long as it is under way, and a row of history
-- afterwards; what an endpoint is behind by more than its window stays in the log, where it costs nothing. So endpoints that are
-- paused, disabled or down keep what is theirs, and what is read and written all the time stays small.

create table bus.webhook_endpoints (
    endpoint_id    uuid        not null,
    account_id     uuid,
    url            text        not null,
    event_types    text[],
    secrets        text[]      not null,
    state          text        not null,
    state_reason   text,
    rate_per_s     integer     not null,
    in_flight_max  integer     not null,
    timeout_ms     integer     not null,
    retry_first_ms integer     not null,
    retry_for      interval    not null,
    allow_private  boolean     not null,
    version        bigint      not null default 0,
    created_at     timestamptz not null default clock_timestamp(),
    created_by     name        not null default session_user,
    changed_at     timestamptz not null default clock_timestamp(),
    ctx            jsonb,
    constraint webhook_endpoints_pkey primary key (endpoint_id),
    constraint webhook_endpoints_url check (
        url ~ '^https?://[^/?#@[:space:][:cntrl:]]+([/?][^#[:space:][:cntrl:]]*)?$' and length(url) <= 2000
        and (url ~ '^https:' or allow_private)),
    constraint webhook_endpoints_event_types check (cardinality(event_types) > 0),
    constraint webhook_endpoints_secrets check (cardinality(secrets) between 1 and 2),
    constraint webhook_endpoints_state check (state in ('enabled', 'paused', 'disabled')),
    constraint webhook_endpoints_rate check (rate_per_s between 1 and 10000),
    constraint webhook_endpoints_in_flight check (in_flight_max between 1 and 64),
    constraint webhook_endpoints_timeout check (timeout_ms between 100 and 120000),
    constraint webhook_endpoints_retry_first check (retry_first_ms between 10 and 600000),
    constraint webhook_endpoints_retry_for check (retry_for between interval '1 second' and interval '30 days'),
    constraint webhook_endpoints_version_not_negative check (version >= 0)
);
comment on table bus.webhook_endpoints is 'Where events are posted to, and how; changed by people, and by an endpoint that says it is gone.';
comment on column bus.webhook_endpoints.account_id is 'Only events of this account; null: those of all accounts and of none.';
comment on column bus.webhook_endpoints.url is
    'https, without user and password; http only where private addresses are allowed. Paths of endpoints are often secrets: events tell only scheme and host.';
comment on column bus.webhook_endpoints.event_types is 'Only these types; null: all but those of the bus itself.';
comment on column bus.webhook_endpoints.secrets is
    'Names of the secrets that sign, the newest first; two while one follows the other. The values are known to the relay and never to the database.';
comment on column bus.webhook_endpoints.state is
    'enabled; paused by people; disabled by people or by the endpoint''s own answer 410. Nothing is lost in either: what is not sent waits.';
comment on column bus.webhook_endpoints.rate_per_s is 'So many requests are begun in a second at most.';
comment on column bus.webhook_endpoints.in_flight_max is 'So many requests are on the way at once at most, each of another aggregate.';
comment on column bus.webhook_endpoints.timeout_ms is 'A request that has no whole answer by then has failed.';
comment on column bus.webhook_endpoints.retry_first_ms is 'The first pause after a failure; it doubles with each further one, up to three hours.';
comment on column bus.webhook_endpoints.retry_for is 'How long after its first attempt a delivery is tried again; then it is dead.';
comment on column bus.webhook_endpoints.allow_private is
    'Whether the endpoint may be at an address that is not public, of one''s own network or machine. Set by who may read the whole log.';
comment on column bus.webhook_endpoints.version is 'Rises by one with every change; it is the version of its events.';
comment on column bus.webhook_endpoints.ctx is 'Session, actor and correlation of the last change.';

-- Updated with every batch: the page has room, and no index contains what changes.
create table bus.webhook_queues (
    endpoint_id       uuid        not null,
    behind_seq        bigint,
    pending           integer     not null default 0,
    floor_seq         bigint      not null default 0,
    failures          integer     not null default 0,
    openings          integer     not null default 0,
    probing           boolean     not null default false,
    shut_until        timestamptz,
    delivered         bigint      not null default 0,
    failed            bigint      not null default 0,
    dead              bigint      not null default 0,
    last_delivered_at timestamptz,
    last_failed_at    timestamptz,
    last_status       integer,
    last_error        text,
    ping_id           uuid,
    constraint webhook_queues_pkey primary key (endpoint_id),
    constraint webhook_queues_endpoint_fkey foreign key (endpoint_id) references bus.webhook_endpoints (endpoint_id) on delete restrict,
    constraint webhook_queues_pending_not_negative check (pending >= 0)
) with (fillfactor = 10, autovacuum_vacuum_threshold = 100, autovacuum_vacuum_scale_factor = 0);
comment on table bus.webhook_queues is 'How each endpoint fares: where it stands in the log, what waits, and its breaker.';
comment on column bus.webhook_queues.behind_seq is
    'Deliveries are made for everything up to this place; null: up to where the dispatcher stands. Set while the endpoint is not enabled or its window is full.';
comment on column bus.webhook_queues.pending is 'Deliveries under way or waiting, resends included.';
comment on column bus.webhook_queues.floor_seq is
    'No delivery under way has a lower place, resends apart. Looking for the next one begins here, and not among rows that are deleted but not yet removed.';
comment on column bus.webhook_queues.failures is 'Attempts that failed since the last success.';
comment on column bus.webhook_queues.openings is
    'The breaker: 0 while it is closed. Each time it opens this rises and the pause is longer; afterwards one delivery is tried, whose success closes it.';
comment on column bus.webhook_queues.probing is 'That one delivery is on its way.';
comment on column bus.webhook_queues.shut_until is 'Nothing is sent before: the breaker is open, or the endpoint asked for it (Retry-After).';
comment on column bus.webhook_queues.last_status is 'HTTP status of the last failure; null where there was no whole answer.';
comment on column bus.webhook_queues.ping_id is 'The last ping, so that its repetition is recognised.';

-- Rows come in the order of places, change a few times and go: an update finds room in its page, and the indexes do not contain
-- what an attempt changes.
create table bus.webhook_deliveries (
    endpoint_id      uuid        not null,
    resend           integer     not null,
    seq              bigint      not null,
    id               bigint      not null,
    aggregate        bigint      not null,
    waits            boolean     not null,
    attempts         integer     not null default 0,
    queued_at        timestamptz not null default clock_timestamp(),
    first_attempt_at timestamptz,
    next_attempt_at  timestamptz not null default '-infinity',
    token            uuid,
    leased_until     timestamptz,
    last_status      integer,
    last_error       text,
    resend_id        uuid,
    constraint webhook_deliveries_pkey primary key (endpoint_id, resend, seq),
    constraint webhook_deliveries_endpoint_fkey foreign key (endpoint_id) references bus.webhook_endpoints (endpoint_id) on delete restrict,
    constraint webhook_deliveries_lease_whole check ((token is null) = (leased_until is null)),
    constraint webhook_deliveries_resend_not_negative check (resend >= 0)
) with (fillfactor = 70, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
comment on table bus.webhook_deliveries is 'What is to be posted: one row per endpoint and event, until it is delivered or dead.';
comment on column bus.webhook_deliveries.resend is '0: the delivery itself; from 1: sent once more by hand, out of order.';
comment on column bus.webhook_deliveries.seq is 'Place of the event in the log.';
comment on column bus.webhook_deliveries.id is 'Emit id of the event, the key of bus.domain_events.';
comment on column bus.webhook_deliveries.aggregate is 'Hash of the aggregate; of those that share it one is sent at a time.';
comment on column bus.webhook_deliveries.waits is 'An earlier event of the same aggregate is not delivered yet.';
comment on column bus.webhook_deliveries.token is 'Given to the attempt that is under way. A late word of an earlier attempt does not have it.';
comment on column bus.webhook_deliveries.leased_until is 'Longer than the attempt can last; if nothing is heard of it by then, another one is made.';
create index webhook_deliveries_aggregate_idx on bus.webhook_deliveries (endpoint_id, aggregate, seq) where resend = 0;
create index webhook_deliveries_next_idx on bus.webhook_deliveries (endpoint_id, seq) where not waits and resend = 0;

create table bus.webhook_history (
    seq              bigint      not null,
    endpoint_id      uuid        not null,
    resend           integer     not null,
    id               bigint      not null,
    outcome          text        not null,
    attempts         integer     not null,
    queued_at        timestamptz not null,
    first_attempt_at timestamptz not null,
    ended_at         timestamptz not null default clock_timestamp(),
    took_ms          integer,
    status           integer,
    error            text,
    resend_id        uuid,
    constraint webhook_history_pkey primary key (seq, endpoint_id, resend),
    constraint webhook_history_outcome check (outcome in ('delivered', 'dead'))
) partition by range (seq);
comment on table bus.webhook_history is 'Deliveries that have ended, for as many days as the setting bus.webhook_history_keep_days says. Partitioned as the order of the log is.';
-- What is past its time is found by it, whatever its place in the log.
create index webhook_history_ended_at_idx on bus.webhook_history (ended_at);
comment on column bus.webhook_history.outcome is 'delivered: answered with a status of 200 to 299. dead: given up; it can be sent once more by hand.';
comment on column bus.webhook_history.took_ms is 'How long the last attempt took.';
comment on column bus.webhook_history.error is 'Why the last attempt failed; null when it did not.';

-- daybook-lint: allow schema-change-in-block until 2028-06-30: partitions of a table that this file makes
do $$
begin
    for v_number in 0..8 loop
        execute format('create table bus.webhook_history_p%s (like bus.webhook_history including all)', v_number);
        execute format('alter table bus.webhook_history attach partition bus.webhook_history_p%s for values from (%s) to (%s)',
                       v_number, v_number * 16777216::bigint, (v_number + 1) * 16777216::bigint);
    end loop;
end
$$;

create type bus.webhook_ended as (
    idx integer, endpoint_id uuid, resend integer, seq bigint, aggregate bigint, outcome text, status integer, error text);
comment on type bus.webhook_ended is 'What came of an attempt, between the functions that deal with it.';

insert into bus.domain_event_type (event_type, module, aggregate_type, description, contract, required)
select t.event_type, 'bus', case t.event_type when 'bus.webhook_history_dropped' then 'webhook_history' else 'webhook_endpoint' end, t.description, t.contract,
       array(select jsonb_object_keys(t.contract -> 'required') order by 1)
  from (values
    ('bus.webhook_set', 'An endpoint for webhooks was added or changed.',
     '{"required": {"endpoint_id": "uuid", "host": "string", "secrets": "array", "rate_per_s": "integer", "in_flight_max": "integer",
                    "timeout_ms": "integer", "retry_first_ms": "integer", "retry_for_s": "integer", "allow_private": "boolean"},
       "optional": {"event_types": "array"}}'::jsonb),
    ('bus.webhook_state_set', 'An endpoint for webhooks was enabled, paused or disabled.',
     '{"required": {"endpoint_id": "uuid", "state": "string", "reason": "string"}}'),
    ('bus.webhook_pinged', 'An endpoint for webhooks is tried out; the event is sent to it alone.',
     '{"required": {"endpoint_id": "uuid"}}'),
    ('bus.webhook_resent', 'A delivery is sent once more by hand, or sooner.',
     '{"required": {"endpoint_id": "uuid", "seq": "integer", "resend": "integer"}}'),
    ('bus.webhook_given_up', 'Deliveries were given up after their last attempt.',
     '{"required": {"endpoint_id": "uuid", "deliveries": "integer", "first_seq": "integer", "last_seq": "integer", "error": "string"}}'),
    ('bus.webhook_history_dropped', 'Deliveries that ended long ago were dropped from the history.',
     '{"required": {"ended_before": "string", "deliveries": "integer"}}')
  ) as t (event_type, description, contract);
