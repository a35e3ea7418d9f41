select r.account_id, r.fill_id, r.position_cycle, r.position_qty, r.realized_gross, r.realized_net
  from trading.fill_restatements as r
 where $1::uuid[] is null or r.account_id = any ($1::uuid[])
 order by r.account_id, r.fill_id
