select stream, kind, symbol, instrument_id, repair_id, from_id, to_id, before_time
  from market.fn_repairs('open', $2)
 where venue = $1;
