-- How a job ended, while it has not: no row; and whether anybody is there to run it.
select (select f.outcome from jobs.v_finished as f where f.job_id = $1 order by f.finished_at desc limit 1) as outcome,
       (select f.error from jobs.v_finished as f where f.job_id = $1 order by f.finished_at desc limit 1) as error,
       (select j.last_error from jobs.v_jobs as j where j.job_id = $1) as last_error,
       exists (select from jobs.v_workers as w where w.seen_at > clock_timestamp() - interval '30 seconds') as worked
