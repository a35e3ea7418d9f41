select s.schedule, coalesce(s.cron, 'every ' || s.every) as rule, s.time_zone, s.queue, s.handler, s.enabled, s.next_fire_at, s.last_fire_at, s.catch_up, s.skipped,
       s.repeated, s.args
  from jobs.v_schedules as s
 order by s.schedule
