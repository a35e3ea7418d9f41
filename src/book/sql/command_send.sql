select outcome, command_id as id, conflict_field, null::text as refusal_code, null::text as refusal_detail
  from trading.fn_command_bot($1, $2, $3, $4, $5, $6::bigint * interval '1 millisecond', $7, $8, $9);
