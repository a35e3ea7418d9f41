select outcome, command_id as id, status, expires_at, conflict_field
  from trading.fn_command_bot($1, $2, $3, $4, $5::jsonb, $6::bigint * interval '1 millisecond', $7, $8, $9);
