delete from roundtrips where account_id = ?1 and position_id = ?2
