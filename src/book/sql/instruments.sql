select instrument_id, venue, symbol, kind, base, quote, settle,
       trim_scale(tick_size) as tick_size, trim_scale(lot_size) as lot_size, trim_scale(multiplier) as multiplier
  from ref.fn_instruments($1, $2)
 order by venue collate "C", symbol collate "C", kind collate "C";
