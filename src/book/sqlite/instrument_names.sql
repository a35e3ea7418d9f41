select venue, symbol, kind from instruments where instrument_id = ?1
