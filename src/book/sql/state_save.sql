select outcome, snapshot_id as id, conflict_field, null::text as refusal_code, null::text as refusal_detail
  from trading.fn_save_state($1, $2, $3, $4, $5, $6);
