select o.account_id, o.order_id, o.origin, o.qty, o.price, o.stop_price, o.refusal_code, o.lifecycle, o.pending,
       boolean(o.outcome_unknown) as outcome_unknown, o.exchange_order_id, o.working_qty, o.working_price, o.working_stop_price,
       o.requested_qty, o.requested_price, o.requested_stop_price, o.cum_qty, o.cum_value, o.version, o.status,
       boolean(o.is_open) as is_open
  from orders as o
 where (?1 is null or o.account_id in (select value from json_each(?1)))
 order by o.account_id, o.order_id
