-- Rows that are there of those that should be, by day or month ($9); the other parameters as in gaps.sql.
select s.venue, s.symbol, s.kind, s.interval_s,
       to_char(c.unit_from at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as unit_from,
       to_char(c.unit_to at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as unit_to, c.expected, c.present, c.missing, c.share
  from market.fn_series($1) as s
 cross join lateral market.fn_coverage(s.stream, s.instrument_id, coalesce(s.interval_s, $8::integer), $6::timestamptz, $7::timestamptz, $9) as c
 where ($2::text is null or s.venue = $2)
   and ($3::text is null or s.symbol = $3)
   and ($4::text is null or s.kind = $4)
   and ($5::integer is null or s.interval_s is not distinct from $5)
 order by s.venue, s.kind, s.symbol, s.interval_s, c.unit_from
 limit 1000000;
