select o.account_id, o.order_id, o.origin, concat_ws('/', i.venue, i.symbol, i.kind) as instrument, o.position_key, o.run_id, o.side,
       o.type, o.time_in_force, o.qty, o.price, o.stop_price, o.idempotency_key, o.submitted_at, o.refusal_code, o.lifecycle, o.pending,
       o.outcome_unknown, o.exchange_order_id, o.working_qty, o.working_price, o.working_stop_price, o.requested_qty, o.requested_price,
       o.requested_stop_price, o.cum_qty, o.cum_value, o.version, o.status
  from trading.orders as o
  join ref.instruments as i on i.instrument_id = o.instrument_id
 where $1::uuid[] is null or o.account_id = any ($1::uuid[])
 order by o.account_id, o.order_id
