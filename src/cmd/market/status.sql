-- The state of every series: $1 stream, $2 venue, $3 symbol, $4 kind, $5 interval in seconds, $6 rows that make it stuck, $7 only those
-- with a state that asks for somebody.
select s.state, s.source, s.stream, s.venue, s.symbol, s.kind, s.interval_s,
       to_char(s.newest_event at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as newest_event,
       to_char(s.newest_ingest at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as newest_ingest, s.cadence_s,
       to_char(s.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as due_at, s.late_s, s.errors_in_row, s.last_error, s.detail
  from market.fn_stream_status(p_stuck_rows => $6) as s
 where ($1::text is null or s.stream = $1)
   and ($2::text is null or s.venue = $2)
   and ($3::text is null or s.symbol = $3)
   and ($4::text is null or s.kind = $4)
   and ($5::integer is null or s.interval_s is not distinct from $5)
   and (not $7::boolean or s.state in ('late', 'stuck', 'never', 'unknown'));
