select open_time, open, high, low, close, volume from market.fn_klines_page($1, $2, $3, $4);
