-- What is there and what is missing, between the first and the last candle of each series.
select venue, symbol, kind, interval_s, to_char(first_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as first_time,
       to_char(last_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as last_time, present, expected, missing, gap_runs,
       longest_gap
  from market.v_coverage
 order by venue, symbol, kind, interval_s;
