select f.account_id, concat_ws('/', i.venue, i.symbol, i.kind) as instrument, f.position_key, f.funding_time, f.payment_id, f.amount,
       f.currency, f.source, f.rate, f.mark, f.position_qty, f.position_version
  from trading.funding_payments as f
  join ref.instruments as i on i.instrument_id = f.instrument_id
 where $1::uuid[] is null or f.account_id = any ($1::uuid[])
 order by f.account_id, i.venue collate "C", i.symbol collate "C", i.kind collate "C", f.position_key collate "C", f.funding_time
