-- One row an account.
select a.name as account, p.currency, p.fills, p.fees, p.funding, p.realized_net, p.roundtrips, p.won, p.lost, p.gross_profit, p.gross_loss,
       to_char(p.first_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as first_at,
       to_char(p.last_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as last_at, p.points, p.equity_first, p.equity_last, p.flows,
       p.pnl, p.return_rate, p.drawdown, p.drawdown_rate, p.complete, nullif(array_to_string(p.missing, ','), '') as missing
  from trading.fn_accounts() as a
 cross join lateral trading.fn_measure_performance(a.account_id, $2::timestamptz, $3::timestamptz) as p
 where ($1::text[] is null or a.account_id = any ($1::text[]::uuid[]))
 order by a.name, a.account_id;
