insert into accounts (account_id, name, venue, currency, mode, position_mode, opening_balance, opened_at, ctx)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
on conflict (account_id) do nothing
returning account_id
