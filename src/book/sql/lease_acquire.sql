select outcome, $3::uuid as id, conflict_field, refusal_code, refusal_detail, token, expires_at
  from trading.fn_acquire_lease($1, $2, $3, $4, $5::bigint * interval '1 millisecond',
                                nullif($6::uuid, '00000000-0000-0000-0000-000000000000'), p_ctx => $7);
