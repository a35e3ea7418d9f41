select as_of, run_id, balance, unrealized, equity, complete, missing, marks, rates from equity_points where account_id = ?1 and point_id = ?2
