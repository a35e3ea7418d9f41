create or replace view bus.v_webhook_deliveries as
select w.endpoint_id, w.seq, w.resend, d.event_id, d.event_type, d.account_id, d.aggregate_type, d.aggregate_id, w.state, w.attempts, w.queued_at,
       w.first_attempt_at, w.next_attempt_at, w.ended_at, w.took_ms, w.status, w.error
  from (select p.endpoint_id, p.seq, p.resend, p.id, 'pending' as state, p.attempts, p.queued_at, p.first_attempt_at,
               case when isfinite(p.next_attempt_at) then p.next_attempt_at end as next_attempt_at, null::timestamptz as ended_at, null::integer as took_ms,
               p.last_status as status, p.last_error as error
          from bus.webhook_deliveries as p
        union all
        select h.endpoint_id, h.seq, h.resend, h.id, h.outcome, h.attempts, h.queued_at, h.first_attempt_at, null::timestamptz as next_attempt_at, h.ended_at, h.took_ms, h.status, h.error
          from bus.webhook_history as h) as w
  join bus.domain_events as d on d.id = w.id;

comment on view bus.v_webhook_deliveries is 'Deliveries to endpoints of webhooks, under way and ended.';
comment on column bus.v_webhook_deliveries.state is 'pending, delivered or dead.';
comment on column bus.v_webhook_deliveries.status is 'HTTP status of the last attempt; null where there was no whole answer.';
