-- Open positions of every account.
select a.name as account, i.symbol, p.position_key, p.signed_qty as qty, p.avg_price, p.realized_net as realized_pnl, p.fees,
       strftime('%Y-%m-%dT%H:%M:%SZ', p.opened_at / 1000000, 'unixepoch') as opened_at
  from accounts as a
  join positions as p on p.account_id = a.account_id
  join instruments as i on i.instrument_id = p.instrument_id
 where p.signed_qty <> '0'
 order by a.name, i.symbol, p.position_key
