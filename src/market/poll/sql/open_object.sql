select outcome from market.fn_open_object(p_object_id => $1, p_encoding => 'identity', p_sha256 => $2, p_size_bytes => $3);
