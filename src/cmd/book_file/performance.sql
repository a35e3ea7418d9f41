-- One row an account, as it was measured from ?2 on and before ?3.
select a.name as account, m.currency, m.fills, m.fees, m.funding, m.realized_net, m.roundtrips, m.won, m.lost, m.gross_profit, m.gross_loss,
       iso6(m.first_at) as first_at, iso6(m.last_at) as last_at, m.points, m.equity_first, m.equity_last, m.flows, m.pnl, m.return_rate,
       m.drawdown, m.drawdown_rate, boolean(m.missing = '') as complete, nullif(m.missing, '') as missing
  from performance_measured as m
  join accounts as a on a.account_id = m.account_id
 where (?1 is null or m.account_id in (select value from json_each(?1))) and (?2 is null or ?3 is null or ?2 < ?3)
 order by a.name, a.account_id
