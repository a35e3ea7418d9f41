select i.instrument_id::text, i.venue, i.symbol, i.kind, i.base, i.quote, i.settle, trim_scale(i.tick_size)::text, trim_scale(i.lot_size)::text,
       trim_scale(i.multiplier)::text
  from ref.instruments as i
 where i.instrument_id in (select o.instrument_id from trading.orders as o where o.account_id = $1
                           union all select p.instrument_id from trading.positions as p where p.account_id = $1)
 order by i.instrument_id
