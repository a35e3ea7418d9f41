select order_id
  from orders
 where account_id = ?1 and exchange_order_id = ?2 and instrument_id = ?3
 order by is_open desc, recorded_at desc, order_id
 limit 1
