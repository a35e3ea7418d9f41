select outcome, run_id as id, conflict_field, null::text as refusal_code, null::text as refusal_detail
  from trading.fn_finish_run($1, $2, $3, $4);
