select order_id, order_version, event, outcome, status, exchange_order_id, reason, qty, price, stop_price, decided_by, refusal_code,
       refusal_detail
  from order_events
 where account_id = ?1 and event_id = ?2
