select name, venue, currency, mode, position_mode, opening_balance from accounts where account_id = ?1
