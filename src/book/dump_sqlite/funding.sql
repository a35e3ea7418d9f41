select f.account_id, i.venue || '/' || i.symbol || '/' || i.kind as instrument, f.position_key, iso(f.funding_time) as funding_time, f.payment_id,
       f.amount, f.currency, f.source, f.rate, f.mark, f.position_qty, f.position_version
  from funding_payments as f
  join instruments as i on i.instrument_id = f.instrument_id
 where (?1 is null or f.account_id in (select value from json_each(?1)))
 order by f.account_id, i.venue, i.symbol, i.kind, f.position_key, f.funding_time
