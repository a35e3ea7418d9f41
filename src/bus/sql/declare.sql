select outcome, conflict_field
  from bus.fn_declare_consumer(p_consumer => $1, p_kind => 'sink', p_event_types => null, p_policy => 'block_all', p_max_attempts => 1,
                               p_after_seq => 0);
