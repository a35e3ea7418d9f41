select kind, strategy, code_revision, params, status from runs where account_id = ?1 and run_id = ?2
