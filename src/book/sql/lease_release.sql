select outcome, $4::uuid as id, null::text as conflict_field, refusal_code, refusal_detail, token, released_at
  from trading.fn_release_lease($1, $2, $3, $5);
