select fill_id, side, qty, price, fee, fee_currency, fee_rate, filled_at, position_version, position_cycle, position_qty, realized_gross,
       realized_net
  from fills
 where account_id = ?1 and instrument_id = ?2 and position_key = ?3 and position_version > ?4
 order by position_version
 limit 1
