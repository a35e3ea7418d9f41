select outcome, $2::uuid as id, conflict_field, null::text as refusal_code, null::text as refusal_detail,
       balance, unrealized, equity, complete, array_to_string(missing, ',') as missing
  from trading.fn_record_equity($1, $2, $3, $4, $5, $6, $7, $8, $9);
