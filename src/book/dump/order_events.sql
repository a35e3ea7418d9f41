select e.account_id, e.order_id, e.order_version, e.event_id, e.event, e.outcome, e.status, e.exchange_order_id, e.reason,
       e.qty, e.price, e.stop_price, e.decided_by is not null as decided, e.refusal_code, e.occurred_at
  from trading.order_events as e
 where $1::uuid[] is null or e.account_id = any ($1::uuid[])
 order by e.account_id, e.order_id, e.order_version
