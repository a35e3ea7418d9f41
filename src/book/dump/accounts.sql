select a.account_id, a.name, a.venue, a.currency, a.mode, a.position_mode, a.opening_balance, a.status, a.version
  from trading.accounts as a
 where $1::uuid[] is null or a.account_id = any ($1::uuid[])
 order by a.account_id
