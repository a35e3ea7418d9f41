select outcome, instrument_id as id, conflict_field, null::text as refusal_code, null::text as refusal_detail
  from ref.fn_register_instrument($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);
