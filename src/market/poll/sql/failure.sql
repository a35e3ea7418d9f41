select outcome
  from market.fn_note_source_error(p_error_id => $1, p_source => $6, p_stream => $2, p_instrument_id => $3, p_interval_s => $4,
                                   p_error => $5);
