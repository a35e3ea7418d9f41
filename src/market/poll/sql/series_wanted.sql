select stream, kind, symbol, interval_s, instrument_id, base, quote, since, every_s,
       (page_state ->> 'from')::timestamptz as from_time, (page_state ->> 'id')::bigint as from_id
  from market.v_polls
 where venue = $1
   and stream = coalesce($2, stream)
 order by stream, kind, symbol, base, quote, interval_s;
