select outcome from ref.fn_register_currency($1, $2, $3, $4)
