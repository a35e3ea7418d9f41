select outcome, intent_id as id, null::text as conflict_field, refusal_code, refusal_detail, status, null::timestamptz as expires_at, order_id,
       order_status, order_version
  from trading.fn_submit_intent($1, $2, $3);
