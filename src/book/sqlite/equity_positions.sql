select p.instrument_id, i.venue || '/' || i.symbol || '/' || i.kind, p.currency, p.kind, p.multiplier, p.signed_qty, p.open_cost, p.realized_net
  from positions as p
  join instruments as i on i.instrument_id = p.instrument_id
 where p.account_id = ?1
