select a.name as account, c.currency, c.balance
  from accounts as a
  join cash_balances as c on c.account_id = a.account_id
 where (?1 is null or a.account_id in (select value from json_each(?1)))
 order by a.name, c.currency
