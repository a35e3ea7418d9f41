-- Repairs that are open: $1 stream, $2 venue, $3 symbol, $4 kind.
select r.venue, r.symbol, r.kind, r.stream, r.from_id, r.to_id, r.missing,
       to_char(r.before_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as before_time,
       to_char(r.after_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as after_time,
       to_char(r.opened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as opened_at, r.repair_id
  from market.fn_repairs('open', $1) as r
 where ($2::text is null or r.venue = $2)
   and ($3::text is null or r.symbol = $3)
   and ($4::text is null or r.kind = $4)
 order by r.venue, r.kind, r.symbol, r.stream, r.from_id;
