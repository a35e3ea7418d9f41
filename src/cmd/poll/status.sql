select venue, stream, kind, coalesce(symbol, base || '/' || quote) as symbol, interval_s, since,
       (page_state ->> 'from')::timestamptz as complete_to, newest_event, coalesce(errors_in_row, 0) as errors_in_row,
       last_error_at, last_error
  from market.v_polls
 order by venue, stream, kind, symbol, interval_s;
