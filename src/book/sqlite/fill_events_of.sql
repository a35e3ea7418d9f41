select event_id, place, kind, qty, price, fee, fee_currency, fee_rate, leaves_qty, reason, occurred_at, outcome
  from fill_events
 where account_id = ?1 and fill_id = ?2
 order by place
