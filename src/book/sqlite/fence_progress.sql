update account_fences set progress = ?2 where account_id = ?1 and progress is not ?2
