select outcome from ref.fn_register_venue($1, $1);
