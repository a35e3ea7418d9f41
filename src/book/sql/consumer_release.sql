select outcome
  from bus.fn_release_consumer($1, $2, $3);
