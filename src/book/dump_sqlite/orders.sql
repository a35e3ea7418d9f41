select o.account_id, o.order_id, o.origin, i.venue || '/' || i.symbol || '/' || i.kind as instrument, o.position_key, o.run_id, o.side,
       o.type, o.time_in_force, o.qty, o.price, o.stop_price, o.idempotency_key, iso(o.submitted_at) as submitted_at, o.refusal_code,
       o.lifecycle, o.pending, boolean(o.outcome_unknown) as outcome_unknown, o.exchange_order_id, o.working_qty, o.working_price,
       o.working_stop_price, o.requested_qty, o.requested_price, o.requested_stop_price, o.cum_qty, o.cum_value, o.version, o.status
  from orders as o
  join instruments as i on i.instrument_id = o.instrument_id
 where (?1 is null or o.account_id in (select value from json_each(?1)))
 order by o.account_id, o.order_id
