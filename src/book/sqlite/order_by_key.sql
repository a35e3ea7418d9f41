select order_id from orders where account_id = ?1 and idempotency_key = ?2
