-- Newest first.
select a.name as account, to_char(e.as_of at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as as_of, e.currency,
       e.balance, e.unrealized, e.equity, e.complete, nullif(array_to_string(e.missing, ','), '') as missing
  from trading.fn_accounts() as a
 cross join lateral trading.fn_equity(a.account_id, $3::timestamptz, $4::timestamptz, $2::integer) as e
 where ($1::text[] is null or a.account_id = any ($1::text[]::uuid[]))
 order by e.as_of desc, a.name, e.point_id
 limit $2::integer;
