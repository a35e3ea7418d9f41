select (select count(*) from orders where account_id = ?1 and is_open), (select count(*) from positions where account_id = ?1 and signed_qty <> '0')
