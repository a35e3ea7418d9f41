-- daybook mirror: view jobs.v_jobs
-- needs: jobs/tables/jobs.sql

create view jobs.v_jobs as
 SELECT j.job_id,
    j.queue,
    j.priority,
        CASE
            WHEN (j.token IS NOT NULL) THEN 'running'::text
            WHEN (j.place IS NULL) THEN 'waiting'::text
            ELSE 'ready'::text
        END AS state,
    j.handler,
    j.args,
    j.unique_key,
    j.due_at,
    j.attempts,
    j.max_attempts,
    j.worker,
    j.started_at,
    j.cancelled_at,
    j.last_error,
    j.enqueued_at,
    j.account_id
   FROM jobs.jobs j;

alter view jobs.v_jobs owner to daybook_api;

comment on view jobs.v_jobs is 'Jobs that have not ended: waiting for their time, ready, or running.';

grant select on jobs.v_jobs to daybook_console;
grant select on jobs.v_jobs to daybook_lab_reader;
grant select on jobs.v_jobs to daybook_manager;
grant select on jobs.v_jobs to daybook_monitor;
grant select on jobs.v_jobs to daybook_worker;
