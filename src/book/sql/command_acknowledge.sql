select outcome, command_id as id, conflict_field, refusal_code, refusal_detail
  from trading.fn_acknowledge_command($1, $2, $3, $4, $5, $6);
