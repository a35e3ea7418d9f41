select b.account_id, b.currency, b.balance
  from cash_balances as b
 where (?1 is null or b.account_id in (select value from json_each(?1)))
 order by b.account_id, b.currency
