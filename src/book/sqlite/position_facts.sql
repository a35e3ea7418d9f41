select fill_id, side, qty, price, fee, fee_currency, fee_rate, filled_at
  from fills
 where account_id = ?1 and instrument_id = ?2 and position_key = ?3
 order by position_version
