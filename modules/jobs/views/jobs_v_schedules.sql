create or replace view jobs.v_schedules as
select s.schedule, s.cron, s.every, s.time_zone, s.queue, s.handler, s.enabled, s.next_fire_at, s.last_fire_at, s.catch_up, s.skipped, s.repeated, s.changed_at,
       s.args, s.catch_up_limit, s.priority, s.max_attempts
  from jobs.schedules as s
 where s.removed_at is null;
comment on view jobs.v_schedules is 'The schedules that were not removed, and when each fired last and fires next.';
