select f.account_id, f.instrument_id, f.position_key, f.payment_id, f.source, f.position_qty, f.mark, f.rate, f.amount, f.currency
  from funding_payments as f
 where (?1 is null or f.account_id in (select value from json_each(?1)))
 order by f.account_id, f.instrument_id, f.position_key, f.funding_time
