select c.account_id, c.entry_id, c.kind, c.currency, c.amount, c.occurred_at, c.reason
  from trading.cash_entries as c
 where $1::uuid[] is null or c.account_id = any ($1::uuid[])
 order by c.account_id, c.entry_id
