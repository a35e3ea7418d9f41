select outcome
  from market.fn_advance_cursor(p_source => 'rest', p_stream => $1, p_instrument_id => $2, p_interval_s => $3, p_last_time => null,
                                p_last_id => null, p_page_state => jsonb_strip_nulls(jsonb_build_object('from', $4::timestamptz, 'id', $5::bigint)),
                                p_batch_id => $6);
