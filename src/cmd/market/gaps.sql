-- What is missing of each series, by cause. $1 to $5 choose series, $6 and $7 are the range, $8 the cadence of streams without an
-- interval, $9 the cause.
select s.venue, s.symbol, s.kind, s.interval_s, g.cause, count(*) as gap_runs, sum(g.missing)::bigint as missing, max(g.missing) as longest,
       to_char((array_agg(g.gap_from order by g.missing desc, g.gap_from))[1] at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as longest_from,
       to_char(min(g.gap_from) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as first_from,
       to_char(max(g.gap_to) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as last_to
  from market.fn_series($1) as s
 cross join lateral market.fn_gaps(s.stream, s.instrument_id, coalesce(s.interval_s, $8::integer), $6::timestamptz, $7::timestamptz) as g
 where ($2::text is null or s.venue = $2)
   and ($3::text is null or s.symbol = $3)
   and ($4::text is null or s.kind = $4)
   and ($5::integer is null or s.interval_s is not distinct from $5)
   and ($9::text is null or g.cause = $9)
 group by s.venue, s.symbol, s.kind, s.interval_s, g.cause
 order by s.venue, s.kind, s.symbol, s.interval_s, g.cause;
