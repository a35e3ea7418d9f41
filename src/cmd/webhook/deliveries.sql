select d.endpoint_id, d.seq, d.resend, d.event_type, d.aggregate_id, d.state, d.attempts, d.status, d.error, d.next_attempt_at, d.ended_at, d.took_ms, d.event_id
  from bus.fn_webhook_deliveries($1::uuid, $2, $3) as d;
