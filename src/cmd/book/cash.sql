select a.name as account, c.currency, c.balance
  from trading.fn_accounts() as a
 cross join lateral trading.fn_cash(a.account_id) as c
 where ($1::text[] is null or a.account_id = any ($1::text[]::uuid[]))
 order by a.name, c.currency;
