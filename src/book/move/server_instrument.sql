select outcome, instrument_id::text, conflict_field from ref.fn_register_instrument($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
