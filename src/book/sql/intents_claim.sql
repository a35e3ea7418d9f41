select intent_id, order_id, action, status, bot_id, instrument_id, side, type, time_in_force, position_key, qty, price, stop_price, reference_price,
       reason, requested_at, expires_at, $3 as claimed_by, null::text as refusal_code, null::text as refusal_detail, outcome, conflict_field
  from trading.fn_claim_intents($1, $2, $3, coalesce(nullif($4, 0), 100), $5);
