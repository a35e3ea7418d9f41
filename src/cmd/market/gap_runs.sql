-- Each run of missing rows; parameters as in gaps.sql, $10 the least length.
select s.venue, s.symbol, s.kind, s.interval_s,
       to_char(g.gap_from at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as gap_from,
       to_char(g.gap_to at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as gap_to, g.missing, g.cause, g.evidence
  from market.fn_series($1) as s
 cross join lateral market.fn_gaps(s.stream, s.instrument_id, coalesce(s.interval_s, $8::integer), $6::timestamptz, $7::timestamptz) as g
 where ($2::text is null or s.venue = $2)
   and ($3::text is null or s.symbol = $3)
   and ($4::text is null or s.kind = $4)
   and ($5::integer is null or s.interval_s is not distinct from $5)
   and ($9::text is null or g.cause = $9)
   and g.missing >= $10
 order by s.venue, s.kind, s.symbol, s.interval_s, g.gap_from
 limit 1000000;
