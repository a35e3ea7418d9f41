-- Newest first, as they were recorded.
select a.name as account, o.order_id, i.venue, i.symbol, i.kind, nullif(o.position_key, '') as position_key, o.side, o.type,
       o.time_in_force, o.working_qty as qty, o.working_price as price, o.working_stop_price as stop_price, o.status,
       boolean(o.outcome_unknown) as outcome_unknown, o.cum_qty,
       case when o.lifecycle in ('denied', 'rejected', 'canceled', 'expired') or decimal_cmp(o.cum_qty, o.working_qty) >= 0 then '0'
            else decimal_sub(o.working_qty, o.cum_qty) end as leaves_qty,
       case when o.cum_qty <> '0' then decimal_div18(o.cum_value, o.cum_qty) end as avg_fill_price, o.exchange_order_id, o.origin,
       o.refusal_code, iso6(o.submitted_at) as submitted_at, iso6(o.updated_at) as updated_at
  from accounts as a
  join orders as o on o.account_id = a.account_id
  join instruments as i on i.instrument_id = o.instrument_id
 where (?1 is null or a.account_id in (select value from json_each(?1)))
   and (?3 is null or i.symbol = ?3)
   and (?4 is null or o.status in (select value from json_each(?4)))
 order by o.recorded_at desc, o.order_id desc
 limit ?2
