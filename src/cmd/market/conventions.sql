-- What is stated of those who publish market data; $1 stream, $2 venue, $3 symbol, $4 kind choose, null for any.
select c.venue, c.name, c.value, case when isfinite(c.since) then to_char(c.since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') end as since,
       c.kind, c.stream, c.source, c.symbol, c.reason, to_char(c.stated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as stated_at, c.convention_id
  from market.v_conventions as c
 where ($1::text is null or c.stream is null or c.stream = $1)
   and ($2::text is null or c.venue = $2)
   and ($3::text is null or c.symbol is null or c.symbol = $3)
   and ($4::text is null or c.kind is null or c.kind = $4)
 order by c.venue, c.name, c.kind, c.stream, c.source, c.symbol, c.since, c.stated_at;
