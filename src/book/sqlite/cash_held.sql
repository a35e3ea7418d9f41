select currency, balance from cash_balances where account_id = ?1
