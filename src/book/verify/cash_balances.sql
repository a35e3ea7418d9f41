select b.account_id, b.currency, b.balance
  from trading.v_cash_balances as b
 where $1::uuid[] is null or b.account_id = any ($1::uuid[])
 order by b.account_id, b.currency collate "C"
