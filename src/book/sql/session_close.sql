select outcome from ops.fn_close_session($1, $2, $3);
