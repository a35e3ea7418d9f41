select p.position_id, p.instrument_id, i.venue, i.symbol, p.position_key, p.signed_qty, p.avg_price, p.realized_net, p.fees,
       coalesce(p.opened_at, 0)
  from positions as p
  join instruments as i on i.instrument_id = p.instrument_id
 where p.account_id = ?1 and (not ?2 or p.signed_qty <> '0')
 order by i.venue, i.symbol, p.position_key, p.position_id
