select outcome
  from market.fn_close_object(p_object_id => $1, p_chunks => 1, p_stored_bytes => $2, p_chunks_sha256 => $3, p_row_offsets => '{}');
