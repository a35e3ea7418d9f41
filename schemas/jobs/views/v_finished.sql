-- daybook mirror: view jobs.v_finished
-- needs: jobs/tables/finished.sql

create view jobs.v_finished as
 SELECT f.finished_at,
    f.job_id,
    f.outcome,
    f.queue,
    f.priority,
    f.handler,
    f.args,
    f.run_at,
    f.unique_key,
    f.attempts,
    f.max_attempts,
    f.error,
    f.enqueued_at,
    f.started_at,
    f.worker,
    f.account_id
   FROM jobs.finished f;

alter view jobs.v_finished owner to daybook_api;

comment on view jobs.v_finished is 'Jobs that have ended, as long as their history is kept; one that was tried again after its end is there once for each time.';

grant select on jobs.v_finished to daybook_console;
grant select on jobs.v_finished to daybook_lab_reader;
grant select on jobs.v_finished to daybook_manager;
grant select on jobs.v_finished to daybook_monitor;
grant select on jobs.v_finished to daybook_worker;
