-- What venues say of their instruments; $2 venue, $3 symbol, $4 kind choose, null for any.
select l.venue, l.symbol, l.kind, l.status, l.trading, l.base, l.quote, l.settle, l.tick_size, l.lot_size, l.min_notional, l.multiplier,
       to_char(l.listed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as listed_at,
       to_char(l.ends_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as ends_at,
       to_char(l.stated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as stated_at
  from market.v_listings_reader as l
 where ($2::text is null or l.venue = $2)
   and ($3::text is null or l.symbol = $3)
   and ($4::text is null or l.kind = $4)
   and $1::text is null
 order by l.venue, l.kind, l.symbol;
