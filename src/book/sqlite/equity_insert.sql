insert into equity_points (account_id, point_id, as_of, run_id, currency, balance, unrealized, equity, complete, missing, marks, rates,
                           recorded_at, ctx)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
