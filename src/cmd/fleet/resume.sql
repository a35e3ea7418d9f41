select outcome, halt_id as id, resumed_at, halts_left, conflict_field
  from trading.fn_resume(coalesce((select h.account_id from trading.fn_risk_status() as h where h.halt_id = $1), $2), $1, $3, $4, $5);
