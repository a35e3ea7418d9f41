-- Who leads, whether it has shown no sign of life for five seconds by the server's clock, and what it has not come to.
select coalesce(s.leader_name, '') as leader,
       coalesce(greatest(s.looked_at, s.led_since) < pg_catalog.clock_timestamp() - interval '5 seconds', false) as silent,
       s.waiting
  from bus.v_log_status as s
 where s.log = 0;
