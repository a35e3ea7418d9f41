-- In the order in which they were booked among the fills, busts and corrections of their position.
select f.account_id, f.instrument_id, f.position_key, f.position_version, f.amount
  from trading.funding_payments as f
 where $1::uuid[] is null or f.account_id = any ($1::uuid[])
 order by f.account_id, f.instrument_id, f.position_key collate "C", f.position_version
