select outcome, snapshot_id as id, conflict_field, null::text as refusal_code, null::text as refusal_detail
  from trading.fn_record_performance($1, $2, $3, $4, $5, $6);
