-- The series that a command is about: $1 stream, $2 venue, $3 symbol, $4 kind, $5 interval in seconds; null for any.
select s.stream, s.instrument_id, s.interval_s
  from market.fn_series($1) as s
 where ($2::text is null or s.venue = $2)
   and ($3::text is null or s.symbol = $3)
   and ($4::text is null or s.kind = $4)
   and ($5::integer is null or s.interval_s is not distinct from $5);
