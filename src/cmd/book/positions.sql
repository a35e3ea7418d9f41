select a.name as account, p.venue, p.symbol, p.kind, nullif(p.position_key, '') as position_key, p.qty, p.avg_price, p.currency,
       p.realized_gross, p.fees, p.funding, p.realized_pnl, p.cycle,
       to_char(p.opened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as opened_at,
       to_char(p.last_fill_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as last_fill_at, p.position_id
  from trading.fn_accounts() as a
 cross join lateral trading.fn_positions(a.account_id, not $3::boolean) as p
 where ($1::text[] is null or a.account_id = any ($1::text[]::uuid[]))
   and ($2::text is null or p.symbol = $2::text)
 order by a.name, p.venue, p.symbol, p.kind, p.position_key;
