-- Closes the open repairs of which nothing is missing any more: $1 stream, $2 venue, $3 symbol, $4 kind, $5 the context.
select r.venue, r.symbol, r.kind, r.stream, r.from_id, r.to_id, c.outcome, r.repair_id
  from market.fn_repairs('open', $1) as r
 cross join lateral market.fn_close_repair(r.repair_id, 'filled', null, $5::jsonb) as c
 where r.missing = 0
   and ($2::text is null or r.venue = $2)
   and ($3::text is null or r.symbol = $3)
   and ($4::text is null or r.kind = $4);
