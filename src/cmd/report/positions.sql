-- Open positions of every account that the caller may read.
select a.name as account, i.symbol, p.position_key, p.qty, p.avg_price, p.realized_pnl, p.fees,
       to_char(p.opened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as opened_at
  from trading.fn_account_summary() a
 cross join lateral trading.fn_positions(a.account_id, true) p
  join ref.instruments i on i.instrument_id = p.instrument_id
 order by a.name, i.symbol, p.position_key;
