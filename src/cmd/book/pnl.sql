-- By period or instrument, and currency: results in different currencies are not added up.
select a.name as account, p.period, p.venue, p.symbol, p.kind, p.currency, p.fills, p.volume, p.realized_gross, p.fees, p.funding,
       p.realized_net
  from trading.fn_accounts() as a
 cross join lateral trading.fn_pnl(a.account_id, $2::text, $3::timestamptz, $4::timestamptz) as p
 where ($1::text[] is null or a.account_id = any ($1::text[]::uuid[]))
 order by a.name, p.period, p.venue, p.symbol, p.kind, p.currency;
