select w.endpoint_id, substring(w.url from '^[a-z]+://[^/?]+') as host, w.account_id, array_to_string(w.event_types, ',') as types, w.state, w.breaker, w.pending, w.behind,
       w.delivered, w.failed, w.dead, w.last_status, w.last_error, w.last_delivered_at
  from bus.fn_webhooks() as w
 where $1::uuid is null or w.account_id = $1::uuid
 order by w.created_at, w.endpoint_id;
