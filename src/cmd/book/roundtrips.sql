-- Newest first.
select a.name as account, to_char(r.closed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as closed_at,
       to_char(r.opened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as opened_at, r.venue, r.symbol, r.kind,
       nullif(r.position_key, '') as position_key, r.cycle, r.side, r.qty, r.avg_entry, r.avg_exit, r.currency, r.gross, r.fees, r.funding,
       r.net, r.mae, r.mfe
  from trading.fn_accounts() as a
 cross join lateral trading.fn_roundtrips(a.account_id, $4::text, $5::text, null, null, $6::timestamptz, $7::timestamptz,
                                          2147483647) as r
 where ($1::text[] is null or a.account_id = any ($1::text[]::uuid[]))
   and ($3::text is null or r.symbol = $3::text)
 order by r.closed_at desc, r.position_id, r.cycle desc, r.last_version desc, r.first_version desc
 limit $2::integer;
