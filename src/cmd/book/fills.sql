-- The fills that count, on the terms and with the results they have now, newest first.
select a.name as account, to_char(f.filled_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as filled_at, f.venue,
       f.symbol, f.kind, nullif(f.position_key, '') as position_key, f.side, f.qty, f.price, f.value, f.fee, f.fee_currency,
       f.liquidity, f.realized_gross, f.realized_net, f.position_cycle as cycle, nullif(array_to_string(f.flags, ','), '') as flags,
       f.amended, f.fill_id, f.order_id, f.venue_trade_id
  from trading.fn_accounts() as a
 cross join lateral trading.fn_fills(a.account_id, null, $4::timestamptz, $5::timestamptz,
                                     case when $3::text is null then $2::integer else 2147483647 end) as f
 where ($1::text[] is null or a.account_id = any ($1::text[]::uuid[]))
   and ($3::text is null or f.symbol = $3::text)
 order by f.filled_at desc, f.fill_id desc
 limit $2::integer;
