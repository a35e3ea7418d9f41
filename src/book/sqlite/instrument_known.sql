select instrument_id, venue, symbol, kind, base, quote, settle, tick_size, lot_size, multiplier
  from instruments
 where (venue = ?1 and kind = ?2 and symbol = ?3) or instrument_id = ?4
 order by venue = ?1 and kind = ?2 and symbol = ?3 desc
 limit 1
