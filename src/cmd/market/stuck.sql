-- Runs of rows that say nothing; parameters as in gaps.sql, $9 the least length.
select s.venue, s.symbol, s.kind, s.interval_s, r.part,
       to_char(r.stuck_from at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as stuck_from,
       to_char(r.stuck_to at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as stuck_to, r.row_count, r.pattern, r.held
  from market.fn_series($1) as s
 cross join lateral market.fn_stuck_runs(s.stream, s.instrument_id, coalesce(s.interval_s, $8::integer), $6::timestamptz, $7::timestamptz, $9) as r
 where ($2::text is null or s.venue = $2)
   and ($3::text is null or s.symbol = $3)
   and ($4::text is null or s.kind = $4)
   and ($5::integer is null or s.interval_s is not distinct from $5)
 order by s.venue, s.kind, s.symbol, s.interval_s, r.stuck_from, r.part
 limit 1000000;
