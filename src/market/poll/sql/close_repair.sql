select outcome from market.fn_close_repair($1, 'filled');
