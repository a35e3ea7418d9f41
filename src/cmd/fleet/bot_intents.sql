select intent_id, action, order_id, side, qty, price, status, requested_at, expires_at, claimed_by
  from trading.fn_intents($1, array['requested', 'claimed'], p_bot_id => $2);
