insert into instruments (instrument_id, venue, symbol, kind, base, quote, settle, tick_size, lot_size, multiplier, registered_at, ctx)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
