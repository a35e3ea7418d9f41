select a.account_id, a.currency, a.opening_balance::numeric as amount
  from trading.accounts as a
 where $1::uuid[] is null or a.account_id = any ($1::uuid[])
union all
select c.account_id, c.currency, sum(c.amount)
  from trading.cash_entries as c
 where $1::uuid[] is null or c.account_id = any ($1::uuid[])
 group by c.account_id, c.currency
 order by account_id
