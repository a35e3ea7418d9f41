select outcome from ref.fn_register_currency($1, $1, 'other');
