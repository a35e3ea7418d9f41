insert into lot_trips (account_id, position_id, cycle, side, opened_at, closed_at, qty, entry_value, exit_value, gross, fees, funding, low,
                       high, first_version, last_version)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
