select as_of, state from trading.fn_load_state($1, $2);
