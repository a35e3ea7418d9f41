select 1 from runs where account_id = ?1 and run_id = ?2
