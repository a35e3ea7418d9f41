select kind, base, settle, tick_size, lot_size, multiplier from instruments where instrument_id = ?1
