select o.order_id, i.venue, i.symbol, o.updated_at
  from orders as o
  join instruments as i on i.instrument_id = o.instrument_id
 where o.account_id = ?1
   and (not ?2 or o.is_open)
   and (?4 is null or o.order_id = ?4)
   and (?5 is null
        or o.exchange_order_id = ?5
        or exists (select 1 from order_events as e
                    where e.account_id = o.account_id and e.order_id = o.order_id and e.exchange_order_id = ?5 and e.outcome = 'created'))
   and (?6 is null or o.idempotency_key = ?6)
 order by o.recorded_at desc, o.order_id desc
 limit case ?3 when 0 then -1 else ?3 end
