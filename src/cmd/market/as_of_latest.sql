-- The latest prices as they were known at $5; $2 to $4 choose instruments.
select l.venue, l.symbol, l.kind, l.last_price, to_char(l.last_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as last_time, l.last_stream,
       l.bid_price, l.bid_quantity, l.ask_price, l.ask_quantity,
       to_char(l.quote_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as quote_time
  from market.fn_latest_prices_as_of($5::timestamptz,
           (select array_agg(i.instrument_id)
              from market.symbols as i
             where ($2::text is null or i.venue = $2)
               and ($3::text is null or i.symbol = $3)
               and ($4::text is null or i.kind = $4))) as l
 where $1::text is not null
 order by l.venue, l.kind, l.symbol;
