select command_id, bot_id, kind, arguments, reason, actor, status, detail, issued_at, expires_at
  from trading.fn_commands($1, $2, not $3, $4, coalesce(nullif($5, 0), 100));
