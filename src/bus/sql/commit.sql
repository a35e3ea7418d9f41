-- Not flushed to disk by itself: what the sink has, the sink says, and whatever rests on the cursor is behind it in the log of the server.
select outcome, refusal_detail
  from pg_catalog.set_config('synchronous_commit', 'off', true)
 cross join lateral bus.fn_commit_events(p_consumer => $1, p_term => $2, p_epoch => $3, p_seq => $4);
