select outcome, signal_id as id, conflict_field, null::text as refusal_code, null::text as refusal_detail
  from trading.fn_record_signal($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);
