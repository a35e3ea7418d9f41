update accounts set status = 'closed', closed_at = ?2 where account_id = ?1
