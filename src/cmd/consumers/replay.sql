select outcome, $1::uuid as id, from_seq, to_seq, events, conflict_field
  from bus.fn_request_replay($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::integer, $11, $12);
