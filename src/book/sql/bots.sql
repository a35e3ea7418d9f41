select account_id, bot_id, name, desired_state, image_tag, strategy_params, version, holder, held, expires_at
  from trading.fn_bots($1);
