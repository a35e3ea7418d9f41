select instrument_id, position_key, signed_qty <> '0' from positions where account_id = ?1 order by instrument_id, position_key
