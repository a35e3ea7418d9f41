select outcome, version
  from market.fn_set_poll(p_venue => $1, p_stream => $2, p_kind => $3, p_instrument_id => $4, p_interval_s => $5, p_since => $6,
                          p_every_s => $7, p_enabled => $8);
