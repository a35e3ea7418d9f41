select outcome, after_seq, conflict_field
  from bus.fn_declare_consumer($1, 'application', $2, $3, $4, case when $5 then null else $6 end, $7, $8);
