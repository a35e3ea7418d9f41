select status, position_mode, currency, opening_balance, version from accounts where account_id = ?1
