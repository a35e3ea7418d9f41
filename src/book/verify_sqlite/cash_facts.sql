select a.account_id, a.currency, a.opening_balance as amount
  from accounts as a
 where (?1 is null or a.account_id in (select value from json_each(?1)))
union all
select c.account_id, c.currency, c.amount
  from cash_entries as c
 where (?1 is null or c.account_id in (select value from json_each(?1)))
 order by account_id
