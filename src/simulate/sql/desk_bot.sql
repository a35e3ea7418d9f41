select outcome, bot_id as id, conflict_field, null as refusal_code, version, null::bigint as token, null::boolean as halted,
       null::bigint as halts_left
  from trading.fn_configure_bot($1, $2, $3, $4, $5, $6, null, $7);
