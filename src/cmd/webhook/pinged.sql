-- What came of a ping so far: one row once an attempt has ended.
select d.state, d.attempts, d.status, d.error, d.took_ms, d.seq
  from bus.fn_webhook_deliveries($1::uuid, null, 1000) as d
 where d.event_id = $2::uuid and (d.state <> 'pending' or d.status is not null or d.error is not null);
