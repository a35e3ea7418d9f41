select outcome from ops.fn_open_session($1, $2, $3, $4, $5, $6);
