select consumer, seq, event_type, aggregate_type, aggregate_id, attempts, first_failed_at, last_failed_at, state, error
  from bus.dead_letters
 where ($1::text is null or consumer = $1) and (state = 'pending' or $2)
 order by consumer, seq;
