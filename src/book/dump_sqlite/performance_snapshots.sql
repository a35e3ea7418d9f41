select s.account_id, iso(s.as_of) as as_of, s.snapshot_id, iso(s.since) as since, s.run_id, s.currency, s.fills, s.fees, s.funding,
       s.realized_net, s.roundtrips, s.won, s.lost, s.gross_profit, s.gross_loss, iso(s.first_at) as first_at, iso(s.last_at) as last_at,
       s.points, s.equity_first, s.equity_last, s.flows, s.pnl, s.return_rate, s.drawdown, s.drawdown_rate, s.missing
  from performance_snapshots as s
 where (?1 is null or s.account_id in (select value from json_each(?1)))
 order by s.account_id, s.as_of, s.snapshot_id
