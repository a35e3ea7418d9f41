select outcome
  from market.fn_advance_cursor(p_source => 'rest', p_stream => $1, p_instrument_id => $2, p_interval_s => $3, p_last_time => null,
                                p_last_id => null, p_page_state => $4::jsonb, p_batch_id => $5);
