select outcome, intent_id as id, conflict_field, null::text as refusal_code, null::text as refusal_detail, status, null::timestamptz as expires_at,
       null::uuid as order_id, null::text as order_status, null::bigint as order_version
  from trading.fn_decline_intent($1, $2, $3, $4, $5);
