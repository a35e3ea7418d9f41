select s.log, s.epoch, s.last_seq, s.term, s.leader_name as leader,
       to_char(s.led_since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as led_since,
       extract(epoch from pg_catalog.clock_timestamp() - s.looked_at)::numeric(20, 1) as looked_s, s.waiting,
       coalesce(extract(epoch from pg_catalog.clock_timestamp() - s.oldest_waiting_at), 0)::numeric(20, 3) as oldest_waiting_s,
       pg_catalog.pg_notification_queue_usage()::numeric(10, 6) as notify_queue
  from bus.v_log_status as s
 order by s.log;
