select s.parent, s.partitions, s.current, s.ahead from bus.v_partition_status as s order by s.parent;
