-- Windows of each series: $1 to $5 choose series, $6 and $7 are the range, $8 seed, $9 length, $10 how many, $11 least coverage, $12 known at.
select s.venue, s.symbol, s.kind, s.interval_s, w.window_no,
       to_char(w.window_from at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as window_from,
       to_char(w.window_to at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as window_to, w.expected, w.present, w.content, w.manifest
  from market.fn_series($1) as s
 cross join lateral market.fn_windows($8, s.instrument_id, s.interval_s, $6::timestamptz, $7::timestamptz, $9, $10, $11::numeric, $12::timestamptz) as w
 where ($2::text is null or s.venue = $2)
   and ($3::text is null or s.symbol = $3)
   and ($4::text is null or s.kind = $4)
   and ($5::integer is null or s.interval_s is not distinct from $5)
 order by s.venue collate "C", s.kind collate "C", s.symbol collate "C", s.interval_s, w.window_no
 limit 1000000;
