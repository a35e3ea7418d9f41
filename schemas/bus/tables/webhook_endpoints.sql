-- daybook mirror: table bus.webhook_endpoints

create table bus.webhook_endpoints (
    endpoint_id uuid not null,
    account_id uuid,
    url text not null,
    event_types text[],
    secrets text[] not null,
    state text not null,
    state_reason text,
    rate_per_s integer not null,
    in_flight_max integer not null,
    timeout_ms integer not null,
    retry_first_ms integer not null,
    retry_for interval not null,
    allow_private boolean not null,
    version bigint default 0 not null,
    created_at timestamp with time zone default clock_timestamp() not null,
    created_by name default SESSION_USER not null,
    changed_at timestamp with time zone default clock_timestamp() not null,
    ctx jsonb,
    constraint webhook_endpoints_pkey PRIMARY KEY (endpoint_id),
    constraint webhook_endpoints_event_types CHECK ((cardinality(event_types) > 0)),
    constraint webhook_endpoints_in_flight CHECK (((in_flight_max >= 1) AND (in_flight_max <= 64))),
    constraint webhook_endpoints_rate CHECK (((rate_per_s >= 1) AND (rate_per_s <= 10000))),
    constraint webhook_endpoints_retry_first CHECK (((retry_first_ms >= 10) AND (retry_first_ms <= 600000))),
    constraint webhook_endpoints_retry_for CHECK (((retry_for >= '00:00:01'::interval) AND (retry_for <= '30 days'::interval))),
    constraint webhook_endpoints_secrets CHECK (((cardinality(secrets) >= 1) AND (cardinality(secrets) <= 2))),
    constraint webhook_endpoints_state CHECK ((state = ANY (ARRAY['enabled'::text, 'paused'::text, 'disabled'::text]))),
    constraint webhook_endpoints_timeout CHECK (((timeout_ms >= 100) AND (timeout_ms <= 120000))),
    constraint webhook_endpoints_url CHECK (((url ~ '^https?://[^/?#@[:space:][:cntrl:]]+([/?][^#[:space:][:cntrl:]]*)?$'::text) AND (length(url) <= 2000) AND ((url ~ '^https:'::text) OR allow_private))),
    constraint webhook_endpoints_version_not_negative CHECK ((version >= 0))
);

alter table bus.webhook_endpoints owner to daybook_owner;

comment on table bus.webhook_endpoints is 'Where events are posted to, and how; changed by people, and by an endpoint that says it is gone.';
comment on column bus.webhook_endpoints.account_id is 'Only events of this account; null: those of all accounts and of none.';
comment on column bus.webhook_endpoints.url is 'https, without user and password; http only where private addresses are allowed. Paths of endpoints are often secrets: events tell only scheme and host.';
comment on column bus.webhook_endpoints.event_types is 'Only these types; null: all but those of the bus itself.';
comment on column bus.webhook_endpoints.secrets is 'Names of the secrets that sign, the newest first; two while one follows the other. The values are known to the relay and never to the database.';
comment on column bus.webhook_endpoints.state is 'enabled; paused by people; disabled by people or by the endpoint''s own answer 410. Nothing is lost in either: what is not sent waits.';
comment on column bus.webhook_endpoints.rate_per_s is 'So many requests are begun in a second at most.';
comment on column bus.webhook_endpoints.in_flight_max is 'So many requests are on the way at once at most, each of another aggregate.';
comment on column bus.webhook_endpoints.timeout_ms is 'A request that has no whole answer by then has failed.';
comment on column bus.webhook_endpoints.retry_first_ms is 'The first pause after a failure; it doubles with each further one, up to three hours.';
comment on column bus.webhook_endpoints.retry_for is 'How long after its first attempt a delivery is tried again; then it is dead.';
comment on column bus.webhook_endpoints.allow_private is 'Whether the endpoint may be at an address that is not public, of one''s own network or machine. Set by who may read the whole log.';
comment on column bus.webhook_endpoints.version is 'Rises by one with every change; it is the version of its events.';
comment on column bus.webhook_endpoints.ctx is 'Session, actor and correlation of the last change.';

grant select, insert on bus.webhook_endpoints to daybook_api;
grant select on bus.webhook_endpoints to daybook_lab_reader;
grant update (url, event_types, secrets, state, state_reason, rate_per_s, in_flight_max, timeout_ms, retry_first_ms, retry_for, allow_private, version, changed_at, ctx) on bus.webhook_endpoints to daybook_api;
