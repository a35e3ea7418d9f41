select c.endpoint_id, c.resend, c.token, c.attempt, c.url, c.secrets[1] as secret, c.secrets[2] as old_secret, c.timeout_ms, c.allow_private,
       c.seq, c.epoch, c.event_id, c.event_type, c.account_id, c.aggregate_type, c.aggregate_id, c.aggregate_version, c.occurred_at, c.recorded_at,
       c.payload, c.ctx
  from bus.fn_claim_deliveries($1, $2::uuid[], $3::integer[]) as c
