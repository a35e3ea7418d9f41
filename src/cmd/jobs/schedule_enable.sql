-- No row: there is no such schedule.
select s.outcome, s.version, s.next_fire_at
  from jobs.v_schedules as v
 cross join lateral jobs.fn_set_schedule(v.schedule, v.cron, v.every, v.handler, v.args, v.queue, v.time_zone, v.skipped, v.repeated, v.catch_up, v.catch_up_limit,
                                         v.priority, v.max_attempts, $2, $3::jsonb) as s
 where v.schedule = $1
