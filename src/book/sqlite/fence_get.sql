select state, place, move_id, progress from account_fences where account_id = ?1
