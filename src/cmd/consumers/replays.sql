select replay_id as id, consumer, state, from_seq, to_seq, events, delivered, waiting, rate, requested_at, ended_at
  from bus.v_replay_status
 order by requested_at;
