-- daybook mirror: view bus.v_webhook_deliveries
-- needs: bus/tables/domain_events.sql
-- needs: bus/tables/webhook_deliveries.sql
-- needs: bus/tables/webhook_history.sql

create view bus.v_webhook_deliveries as
 SELECT w.endpoint_id,
    w.seq,
    w.resend,
    d.event_id,
    d.event_type,
    d.account_id,
    d.aggregate_type,
    d.aggregate_id,
    w.state,
    w.attempts,
    w.queued_at,
    w.first_attempt_at,
    w.next_attempt_at,
    w.ended_at,
    w.took_ms,
    w.status,
    w.error
   FROM (( SELECT p.endpoint_id,
            p.seq,
            p.resend,
            p.id,
            'pending'::text AS state,
            p.attempts,
            p.queued_at,
            p.first_attempt_at,
                CASE
                    WHEN isfinite(p.next_attempt_at) THEN p.next_attempt_at
                    ELSE NULL::timestamp with time zone
                END AS next_attempt_at,
            NULL::timestamp with time zone AS ended_at,
            NULL::integer AS took_ms,
            p.last_status AS status,
            p.last_error AS error
           FROM bus.webhook_deliveries p
        UNION ALL
         SELECT h.endpoint_id,
            h.seq,
            h.resend,
            h.id,
            h.outcome,
            h.attempts,
            h.queued_at,
            h.first_attempt_at,
            NULL::timestamp with time zone AS next_attempt_at,
            h.ended_at,
            h.took_ms,
            h.status,
            h.error
           FROM bus.webhook_history h) w
     JOIN bus.domain_events d ON ((d.id = w.id)));

alter view bus.v_webhook_deliveries owner to daybook_api;

comment on view bus.v_webhook_deliveries is 'Deliveries to endpoints of webhooks, under way and ended.';
comment on column bus.v_webhook_deliveries.state is 'pending, delivered or dead.';
comment on column bus.v_webhook_deliveries.status is 'HTTP status of the last attempt; null where there was no whole answer.';

grant select on bus.v_webhook_deliveries to daybook_console;
grant select on bus.v_webhook_deliveries to daybook_lab_reader;
grant select on bus.v_webhook_deliveries to daybook_monitor;
grant select on bus.v_webhook_deliveries to daybook_relay;
