insert into roundtrips (account_id, position_id, cycle, instrument_id, position_key, side, opened_at, closed_at, qty, entry_value, exit_value,
                        gross, fees, low, high, first_version, last_version)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
