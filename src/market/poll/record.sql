select outcome
  from market.fn_record_rows(p_batch_id => $1, p_source => 'rest', p_stream => $2, p_instrument_id => $3, p_interval_s => $4,
                             p_file_name => $5, p_sha256 => $6, p_size_bytes => $7, p_rows => $8::jsonb,
                             p_reject_lines => $9, p_reject_offsets => $10, p_reject_reasons => $11, p_reject_raw => $12);
