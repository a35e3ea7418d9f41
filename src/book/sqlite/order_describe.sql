update orders
   set origin = ?3, run_id = ?4, type = ?5, time_in_force = ?6, qty = ?7, price = ?8, stop_price = ?9, idempotency_key = ?10,
       submitted_at = ?11, ctx = ?12
 where account_id = ?1 and order_id = ?2
