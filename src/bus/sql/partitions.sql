select bus.fn_ensure_event_partitions() as made;
