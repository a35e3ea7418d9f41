select order_id
  from orders
 where account_id = ?1 and is_open and coalesce(submitted_at, recorded_at) <= ?2
 order by order_id
