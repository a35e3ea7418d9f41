select outcome, batch_id, refusal_detail
  from market.fn_record_rows(p_batch_id => $1, p_source => 'rest', p_stream => $2, p_instrument_id => $3, p_interval_s => $4,
                             p_file_name => $5, p_sha256 => $6, p_size_bytes => $7, p_rows => $8::jsonb, p_rejects => $9::jsonb,
                             p_cursor => case when $10::text is not null then jsonb_build_object('page_state', $10::text::jsonb) end,
                             p_notes => nullif($11::jsonb, '{}'));
