select order_id, instrument_id, run_id, venue, symbol, position_key, origin, side, type, time_in_force, qty, price, stop_price,
       requested_qty, requested_price, requested_stop_price, status, is_open, outcome_unknown, cum_qty, leaves_qty, overfill_qty,
       avg_fill_price, exchange_order_id, idempotency_key, refusal_code, refusal_detail, version, submitted_at, updated_at
  from trading.fn_orders(
           $1,
           case when $2 then array['submitted', 'accepted', 'triggered', 'partially_filled', 'pending_cancel', 'pending_replace'] end,
           coalesce(nullif($3, 0), 2147483647), $4, $5, $6);
