select outcome, $3::uuid as id, null as conflict_field, refusal_code, null::bigint as version, null::bigint as token,
       null::boolean as halted, null::bigint as halts_left
  from trading.fn_renew_lease($1, $2, $4, $3, '1 day');
