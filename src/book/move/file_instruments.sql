select instrument_id, venue, symbol, kind, base, quote, settle, tick_size, lot_size, multiplier from instruments order by instrument_id
