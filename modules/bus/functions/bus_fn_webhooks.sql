create or replace function bus.fn_webhooks()
returns table (
    endpoint_id       uuid,
    account_id        uuid,
    url               text,
    event_types       text[],
    secrets           text[],
    state             text,
    rate_per_s        integer,
    in_flight_max     integer,
    timeout_ms        integer,
    retry_first_ms    integer,
    retry_for_s       bigint,
    allow_private     boolean,
    created_at        timestamptz,
    pending           integer,
    behind            bigint,
    breaker           text,
    delivered         bigint,
    failed            bigint,
    dead              bigint,
    last_delivered_at timestamptz,
    last_status       integer,
    last_error        text)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
        select w.endpoint_id, w.account_id, w.url, w.event_types, w.secrets, w.state, w.rate_per_s, w.in_flight_max, w.timeout_ms, w.retry_first_ms,
               w.retry_for_s, w.allow_private, w.created_at, w.pending, w.behind, w.breaker, w.delivered, w.failed, w.dead, w.last_delivered_at,
               w.last_status, w.last_error
          from bus.v_webhooks as w
         where bus._reads_log() or w.account_id = any (settings._accounts('manage'));
end
$$;

comment on function bus.fn_webhooks() is
    'The endpoints that the role that is logged in may manage: all of them for who may read the whole log, else those of accounts that it may manage.';
