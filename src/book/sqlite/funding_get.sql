select payment_id, instrument_id, position_key, funding_time, amount, currency, source, rate, mark, position_qty
  from funding_payments
 where account_id = ?1 and (payment_id = ?2 or (instrument_id, position_key, funding_time) = (?3, ?4, ?5))
 order by payment_id <> ?2
 limit 1
