insert into performance_snapshots (account_id, snapshot_id, since, as_of, run_id, currency, fills, fees, funding, realized_net, roundtrips, won,
                                   lost, gross_profit, gross_loss, first_at, last_at, points, equity_first, equity_last, flows, pnl, return_rate,
                                   drawdown, drawdown_rate, missing, recorded_at, ctx)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28)
