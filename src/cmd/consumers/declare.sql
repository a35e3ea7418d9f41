select outcome, after_seq, conflict_field
  from bus.fn_declare_consumer($1, $2, $3, $4, $5::integer, $6, $7::integer, $8);
