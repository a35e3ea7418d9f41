select instrument_id, venue, symbol, kind, base, quote, settle, tick_size, lot_size, multiplier
  from instruments
 where (?1 is null or venue = ?1) and (?2 is null or symbol = ?2)
 order by venue, symbol, kind
