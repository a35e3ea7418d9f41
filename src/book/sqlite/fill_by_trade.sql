select fill_id from fills where account_id = ?1 and instrument_id = ?2 and venue_trade_id = ?3 and trade_discriminator = ?4
