-- daybook mirror: view jobs.v_schedules
-- needs: jobs/tables/schedules.sql

create view jobs.v_schedules as
 SELECT s.schedule,
    s.cron,
    s.every,
    s.time_zone,
    s.queue,
    s.handler,
    s.enabled,
    s.next_fire_at,
    s.last_fire_at,
    s.catch_up,
    s.skipped,
    s.repeated,
    s.changed_at,
    s.args,
    s.catch_up_limit,
    s.priority,
    s.max_attempts
   FROM jobs.schedules s
  WHERE (s.removed_at IS NULL);

alter view jobs.v_schedules owner to daybook_api;

comment on view jobs.v_schedules is 'The schedules that were not removed, and when each fired last and fires next.';

grant select on jobs.v_schedules to daybook_console;
grant select on jobs.v_schedules to daybook_lab_reader;
grant select on jobs.v_schedules to daybook_manager;
grant select on jobs.v_schedules to daybook_monitor;
grant select on jobs.v_schedules to daybook_worker;
