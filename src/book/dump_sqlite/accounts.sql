select a.account_id, a.name, a.venue, a.currency, a.mode, a.position_mode, a.opening_balance, a.status, a.version
  from accounts as a
 where (?1 is null or a.account_id in (select value from json_each(?1)))
 order by a.account_id
