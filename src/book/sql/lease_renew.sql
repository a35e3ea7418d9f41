select outcome, $4::uuid as id, null::text as conflict_field, refusal_code, refusal_detail, token, expires_at
  from trading.fn_renew_lease($1, $2, $3, $4, $5::bigint * interval '1 millisecond', $6);
