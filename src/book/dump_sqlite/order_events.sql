select e.account_id, e.order_id, e.order_version, e.event_id, e.event, e.outcome, e.status, e.exchange_order_id, e.reason,
       e.qty, e.price, e.stop_price, boolean(e.decided_by is not null) as decided, e.refusal_code, iso(e.occurred_at) as occurred_at
  from order_events as e
 where (?1 is null or e.account_id in (select value from json_each(?1)))
 order by e.account_id, e.order_id, e.order_version
