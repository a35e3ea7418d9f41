select w.endpoint_id, w.account_id, w.state
  from bus.fn_webhooks() as w
 where w.endpoint_id::text = lower($1) or w.url = $1 or (length($1) >= 8 and w.endpoint_id::text like lower($1) || '%')
 order by w.endpoint_id
 limit 2;
