select fill_id, order_id, flags, filled_at, position_version
  from fills
 where account_id = ?1 and instrument_id = ?2 and position_key = ?3
 order by position_version desc
