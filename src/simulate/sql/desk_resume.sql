select outcome, halt_id as id, conflict_field, null as refusal_code, null::bigint as version, null::bigint as token,
       null::boolean as halted, halts_left
  from trading.fn_resume($1, $2, $3, $4);
