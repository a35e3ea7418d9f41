select f.account_id, f.instrument_id, f.position_key, f.payment_id, f.source, f.position_qty, f.mark, f.rate, f.amount, f.currency
  from trading.funding_payments as f
 where $1::uuid[] is null or f.account_id = any ($1::uuid[])
 order by f.account_id, f.instrument_id, f.position_key collate "C", f.funding_time
