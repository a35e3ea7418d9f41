select count(*) from jobs.fn_fire_schedules()
