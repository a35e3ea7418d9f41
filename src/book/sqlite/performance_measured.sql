insert into performance_measured (account_id, currency, fills, fees, funding, realized_net, roundtrips, won, lost, gross_profit, gross_loss,
                                  first_at, last_at, points, equity_first, equity_last, flows, pnl, return_rate, drawdown, drawdown_rate, missing)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)
