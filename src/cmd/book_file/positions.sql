select a.name as account, i.venue, i.symbol, p.kind, nullif(p.position_key, '') as position_key, p.signed_qty as qty, p.avg_price,
       p.currency, p.realized_gross, p.fees, p.funding, p.realized_net as realized_pnl, p.cycle, iso6(p.opened_at) as opened_at,
       iso6(p.last_fill_at) as last_fill_at, p.position_id
  from accounts as a
  join positions as p on p.account_id = a.account_id
  join instruments as i on i.instrument_id = p.instrument_id
 where (?1 is null or a.account_id in (select value from json_each(?1)))
   and (?2 is null or i.symbol = ?2)
   and (?3 or p.signed_qty <> '0')
 order by a.name, i.venue, i.symbol, p.kind, p.position_key
