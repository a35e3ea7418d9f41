select 1 from orders where account_id = ?1 and order_id = ?2
