select account_id, order_id, origin, instrument_id, position_key, run_id, side, type, time_in_force, qty, price, stop_price, idempotency_key,
       submitted_at, refusal_code, refusal_detail, lifecycle, pending, outcome_unknown, exchange_order_id, working_qty, working_price,
       working_stop_price, requested_qty, requested_price, requested_stop_price, cum_qty, cum_value, version, recorded_at
  from orders
 where account_id = ?1 and order_id = ?2
