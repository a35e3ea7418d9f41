select outcome
  from bus.fn_commit_events(p_consumer => $1, p_term => $2, p_epoch => $3, p_seq => $4, p_done => $5::bigint[]);
