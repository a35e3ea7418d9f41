-- In the order in which they were booked among the fills, busts and corrections of their position.
select f.account_id, f.instrument_id, f.position_key, f.position_version, f.amount
  from funding_payments as f
 where (?1 is null or f.account_id in (select value from json_each(?1)))
 order by f.account_id, f.instrument_id, f.position_key, f.position_version
