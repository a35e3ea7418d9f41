select outcome, after_seq, refusal_detail
  from bus.fn_commit_events($1, $2, $3, $4, $5, $6);
