delete from fill_restatements where account_id = ?1 and fill_id = ?2
