select s.account_id, s.as_of, s.snapshot_id, s.since, s.run_id, s.currency, s.fills, s.fees, s.funding, s.realized_net, s.roundtrips, s.won,
       s.lost, s.gross_profit, s.gross_loss, s.first_at, s.last_at, s.points, s.equity_first, s.equity_last, s.flows, s.pnl, s.return_rate,
       s.drawdown, s.drawdown_rate, array_to_string(s.missing, ',') as missing
  from trading.performance_snapshots as s
 where $1::uuid[] is null or s.account_id = any ($1::uuid[])
 order by s.account_id, s.as_of, s.snapshot_id
