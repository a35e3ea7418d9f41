-- Rows of any stream as they were known at $8; $1 to $5 choose the series, $6 and $7 are the range.
select s.venue, s.symbol, s.kind, s.interval_s, to_char(r.row_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as row_time, r.content as row,
       to_char(r.known_since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as known_since, r.batch_id
  from market.fn_series($1) as s
 cross join lateral market.fn_rows_as_of(s.stream, s.instrument_id, s.interval_s, $6::timestamptz, $7::timestamptz, $8::timestamptz) as r
 where ($2::text is null or s.venue = $2)
   and ($3::text is null or s.symbol = $3)
   and ($4::text is null or s.kind = $4)
   and ($5::integer is null or s.interval_s is not distinct from $5)
 order by s.venue, s.kind, s.symbol, s.interval_s, r.row_time
 limit 1000000;
