select outcome
  from market.fn_record_exchange_info(p_statement_id => $1, p_venue => $2, p_kind => $3, p_info => $4::jsonb);
