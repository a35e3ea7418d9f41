select version, name, desired_state, image_tag, strategy_params, reason, changed_at, changed_by, actor, change_id
  from trading.fn_bot_config($1, $2, $3::integer);
