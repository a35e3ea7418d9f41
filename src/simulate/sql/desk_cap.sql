select outcome, $1::uuid as id, conflict_field, null as refusal_code, case when $3::uuid is not null then version end as version,
       null::bigint as token, null::boolean as halted, null::bigint as halts_left
  from trading.fn_set_cap($1, $2, $3, $4, $5, $6, $7, $8, $9);
