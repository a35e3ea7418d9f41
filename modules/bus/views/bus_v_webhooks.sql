create or replace view bus.v_webhooks as
select e.endpoint_id, e.account_id, e.url, e.event_types, e.secrets, e.state, e.state_reason, e.rate_per_s, e.in_flight_max, e.timeout_ms,
       e.retry_first_ms, extract(epoch from e.retry_for)::bigint as retry_for_s, e.allow_private, e.created_at, e.created_by, e.changed_at,
       q.pending, coalesce(l.last_seq - least(q.behind_seq, l.last_seq), 0) as behind,
       case when q.openings = 0 then 'closed' when q.shut_until > clock_timestamp() then 'open' else 'half_open' end as breaker,
       q.failures, q.shut_until, q.delivered, q.failed, q.dead, q.last_delivered_at, q.last_failed_at, q.last_status, q.last_error
  from bus.webhook_endpoints as e
  join bus.webhook_queues as q on q.endpoint_id = e.endpoint_id
  join bus.logs as l on l.log = 0;

comment on view bus.v_webhooks is 'The endpoints of webhooks, and how each fares.';
comment on column bus.v_webhooks.pending is 'Deliveries under way or waiting for their next attempt.';
comment on column bus.v_webhooks.behind is
    'Places of the log that the endpoint has still to be brought up over, of events that may or may not be for it; 0 while it keeps up.';
comment on column bus.v_webhooks.breaker is
    'closed; open after five failures in a row: nothing is sent until shut_until; half_open: one delivery is tried.';
