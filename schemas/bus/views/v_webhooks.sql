-- daybook mirror: view bus.v_webhooks
-- needs: bus/tables/logs.sql
-- needs: bus/tables/webhook_endpoints.sql
-- needs: bus/tables/webhook_queues.sql

create view bus.v_webhooks as
 SELECT e.endpoint_id,
    e.account_id,
    e.url,
    e.event_types,
    e.secrets,
    e.state,
    e.state_reason,
    e.rate_per_s,
    e.in_flight_max,
    e.timeout_ms,
    e.retry_first_ms,
    (EXTRACT(epoch FROM e.retry_for))::bigint AS retry_for_s,
    e.allow_private,
    e.created_at,
    e.created_by,
    e.changed_at,
    q.pending,
    COALESCE((l.last_seq - LEAST(q.behind_seq, l.last_seq)), (0)::bigint) AS behind,
        CASE
            WHEN (q.openings = 0) THEN 'closed'::text
            WHEN (q.shut_until > clock_timestamp()) THEN 'open'::text
            ELSE 'half_open'::text
        END AS breaker,
    q.failures,
    q.shut_until,
    q.delivered,
    q.failed,
    q.dead,
    q.last_delivered_at,
    q.last_failed_at,
    q.last_status,
    q.last_error
   FROM ((bus.webhook_endpoints e
     JOIN bus.webhook_queues q ON ((q.endpoint_id = e.endpoint_id)))
     JOIN bus.logs l ON ((l.log = 0)));

alter view bus.v_webhooks owner to daybook_api;

comment on view bus.v_webhooks is 'The endpoints of webhooks, and how each fares.';
comment on column bus.v_webhooks.pending is 'Deliveries under way or waiting for their next attempt.';
comment on column bus.v_webhooks.behind is 'Places of the log that the endpoint has still to be brought up over, of events that may or may not be for it; 0 while it keeps up.';
comment on column bus.v_webhooks.breaker is 'closed; open after five failures in a row: nothing is sent until shut_until; half_open: one delivery is tried.';

grant select on bus.v_webhooks to daybook_console;
grant select on bus.v_webhooks to daybook_lab_reader;
grant select on bus.v_webhooks to daybook_monitor;
grant select on bus.v_webhooks to daybook_relay;
