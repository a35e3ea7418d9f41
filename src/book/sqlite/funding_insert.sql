insert into funding_payments (account_id, payment_id, instrument_id, position_key, funding_time, amount, currency, source, rate, mark,
                              position_qty, position_version, recorded_at, ctx)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
