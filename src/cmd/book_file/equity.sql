-- Newest first.
select a.name as account, iso6(e.as_of) as as_of, e.currency, e.balance, e.unrealized, e.equity, boolean(e.complete) as complete,
       nullif(e.missing, '') as missing
  from accounts as a
  join equity_points as e on e.account_id = a.account_id
 where (?1 is null or a.account_id in (select value from json_each(?1)))
   and (?3 is null or e.as_of >= ?3)
   and (?4 is null or e.as_of < ?4)
 order by e.as_of desc, a.name, e.point_id
 limit ?2
