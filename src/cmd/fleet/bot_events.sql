select occurred_at, level, kind, message, data
  from trading.fn_bot_events($1, $2, p_limit => $3::integer);
