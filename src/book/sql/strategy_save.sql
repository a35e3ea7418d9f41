select outcome, $4::uuid as id, conflict_field, refusal_code, refusal_detail
  from trading.fn_save_strategy_state($1, $2, $3, $4, $5, $6, $7);
