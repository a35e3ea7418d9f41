select o.account_id, o.order_id, o.origin, o.qty, o.price, o.stop_price, o.refusal_code, o.lifecycle, o.pending, o.outcome_unknown,
       o.exchange_order_id, o.working_qty, o.working_price, o.working_stop_price, o.requested_qty, o.requested_price,
       o.requested_stop_price, o.cum_qty, o.cum_value, o.version, o.status, o.is_open
  from trading.orders as o
 where $1::uuid[] is null or o.account_id = any ($1::uuid[])
 order by o.account_id, o.order_id
