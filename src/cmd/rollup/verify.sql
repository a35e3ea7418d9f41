select i.venue, i.symbol, i.kind, v.interval_s, v.buckets, v.missing, v.extra, v.different, v.pending,
       to_char(v.first_wrong at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as first_wrong
  from market.symbols as i
 cross join lateral market.fn_verify_rollups(i.instrument_id, $4::date::timestamp at time zone 'UTC',
                                             $5::date::timestamp at time zone 'UTC') as v
 where ($1::text is null or i.venue = $1) and ($2::text is null or i.symbol = $2) and ($3::text is null or i.kind = $3)
 order by i.venue, i.symbol, i.kind, v.interval_s;
