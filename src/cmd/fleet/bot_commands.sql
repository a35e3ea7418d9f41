select command_id, kind, status, reason, actor, issued_at, expires_at, detail
  from trading.fn_commands($1, $2, false, p_limit => $3::integer);
