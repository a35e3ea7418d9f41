select intent_id, order_id, action, status, bot_id, instrument_id, side, type, time_in_force, position_key, qty, price, stop_price, reference_price,
       reason, requested_at, expires_at, claimed_by, refusal_code, refusal_detail
  from trading.fn_intents($1, case when $2::text is not null then array[$2] end, $3, $4, $5, coalesce(nullif($6, 0), 100));
