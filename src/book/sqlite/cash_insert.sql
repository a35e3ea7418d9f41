insert into cash_entries (account_id, entry_id, kind, currency, amount, occurred_at, reason, recorded_at, ctx)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
