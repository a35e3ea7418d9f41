insert into positions (account_id, position_id, instrument_id, position_key, kind, base_currency, currency, multiplier, recorded_at)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
