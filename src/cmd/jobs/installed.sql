select to_regnamespace('jobs') is not null and to_regclass('jobs.v_schedules') is not null
