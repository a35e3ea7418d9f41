select outcome, $3::uuid as id, conflict_field, refusal_code, null::bigint as version, token, null::boolean as halted,
       null::bigint as halts_left
  from trading.fn_acquire_lease($1, $2, $3, $4, '1 day');
