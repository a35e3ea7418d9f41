select delivery, attempt, seq, epoch, event_id, event_type, account_id, aggregate_type, aggregate_id, aggregate_version, occurred_at, recorded_at,
       payload, ctx
  from bus.fn_read_events($1, $2, $3, $4);
