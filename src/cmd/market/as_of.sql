-- Candles as they were known at $8; $1 to $5 choose the series, $6 and $7 are the range.
select s.venue, s.symbol, s.kind, s.interval_s, to_char(k.open_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as open_time,
       k.open, k.high, k.low, k.close, k.volume, k.quote_volume, k.trade_count, k.taker_buy_volume, k.taker_buy_quote_volume,
       to_char(k.known_since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as known_since, k.batch_id
  from market.fn_series($1) as s
 cross join lateral market.fn_klines_as_of(s.instrument_id, s.interval_s, $6::timestamptz, $7::timestamptz, $8::timestamptz) as k
 where ($2::text is null or s.venue = $2)
   and ($3::text is null or s.symbol = $3)
   and ($4::text is null or s.kind = $4)
   and ($5::integer is null or s.interval_s is not distinct from $5)
 order by s.venue, s.kind, s.symbol, s.interval_s, k.open_time
 limit 1000000;
