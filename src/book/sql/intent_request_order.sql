select outcome, intent_id as id, conflict_field, refusal_code, refusal_detail, status, expires_at, null::uuid as order_id, null::text as order_status,
       null::bigint as order_version
  from trading.fn_request_order($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::bigint * interval '1 millisecond', $11, $12, $13, $14);
