select outcome, attempts, dead, refusal_detail
  from bus.fn_fail_event($1, $2, $3, $4, $5::bigint * interval '1 millisecond', $6);
