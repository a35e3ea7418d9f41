select r.account_id, r.fill_id, r.position_cycle, r.position_qty, r.realized_gross, r.realized_net
  from fill_restatements as r
 where (?1 is null or r.account_id in (select value from json_each(?1)))
 order by r.account_id, r.fill_id
