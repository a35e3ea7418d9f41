select kind, currency, amount, occurred_at, reason from cash_entries where account_id = ?1 and entry_id = ?2
