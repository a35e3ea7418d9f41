select outcome, order_id as id, conflict_field, refusal_code, refusal_detail, status, version
  from trading.fn_submit_order($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);
