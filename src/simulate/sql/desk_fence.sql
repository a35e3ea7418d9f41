select outcome, $3::uuid as id, conflict_field, null as refusal_code, null::bigint as version, null::bigint as token, null::boolean as halted,
       null::bigint as halts_left
  from trading.fn_increment_fence($1, $2, $3, 'asked for', $4);
