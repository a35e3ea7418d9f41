select outcome from ref.fn_register_instrument($1, $2, $3, $4, $5, $6, $7, $8::numeric, $9::numeric, $10::numeric);
