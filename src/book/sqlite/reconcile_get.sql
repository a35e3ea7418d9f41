select as_of, book_cash, state_hash, answer from reconcile_runs where account_id = ?1 and reconcile_id = ?2
