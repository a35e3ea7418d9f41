-- Newest first, as they were recorded.
select a.name as account, o.order_id, o.venue, o.symbol, o.kind, nullif(o.position_key, '') as position_key, o.side, o.type,
       o.time_in_force, o.qty, o.price, o.stop_price, o.status, o.outcome_unknown, o.cum_qty, o.leaves_qty, o.avg_fill_price,
       o.exchange_order_id, o.origin, o.refusal_code,
       to_char(o.submitted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as submitted_at,
       to_char(o.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as updated_at
  from trading.fn_accounts() as a
 cross join lateral trading.fn_orders(a.account_id, $4::text[], case when $3::text is null then $2::integer else 2147483647 end) as o
 where ($1::text[] is null or a.account_id = any ($1::text[]::uuid[]))
   and ($3::text is null or o.symbol = $3::text)
 order by o.recorded_at desc, o.order_id desc
 limit $2::integer;
