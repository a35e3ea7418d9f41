select outcome, halt_id as id, conflict_field, null as refusal_code, null::bigint as version, null::bigint as token, halted,
       null::bigint as halts_left
  from trading.fn_halt($1, $2, $3, $4, $5, $6);
