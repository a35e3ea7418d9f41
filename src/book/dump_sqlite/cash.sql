select c.account_id, c.entry_id, c.kind, c.currency, c.amount, iso(c.occurred_at) as occurred_at, c.reason
  from cash_entries as c
 where (?1 is null or c.account_id in (select value from json_each(?1)))
 order by c.account_id, c.entry_id
