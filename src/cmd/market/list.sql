-- What was received of each series: $1 stream, $2 venue, $3 symbol, $4 kind, $5 interval in seconds; null for any.
select s.stream, s.venue, s.symbol, s.kind, s.interval_s, s.batches,
       to_char(s.first_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as first_time,
       to_char(s.last_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as last_time
  from market.fn_series($1) as s
 where ($2::text is null or s.venue = $2)
   and ($3::text is null or s.symbol = $3)
   and ($4::text is null or s.kind = $4)
   and ($5::integer is null or s.interval_s is not distinct from $5);
