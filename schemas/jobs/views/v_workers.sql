-- daybook mirror: view jobs.v_workers
-- needs: jobs/tables/claims.sql
-- needs: jobs/tables/jobs.sql
-- needs: jobs/tables/workers.sql

create view jobs.v_workers as
 SELECT w.worker,
    w.attached_at,
    w.seen_at,
    COALESCE(r.running, (0)::bigint) AS running,
    r.oldest_started_at
   FROM (jobs.workers w
     LEFT JOIN ( SELECT c.worker_id,
            count(*) AS running,
            min(j.started_at) AS oldest_started_at
           FROM ((jobs.claims c
             CROSS JOIN LATERAL unnest(c.job_ids) i(job_id))
             JOIN jobs.jobs j ON (((j.job_id = i.job_id) AND (j.token = c.token))))
          GROUP BY c.worker_id) r ON ((r.worker_id = w.worker_id)));

alter view jobs.v_workers owner to daybook_api;

comment on view jobs.v_workers is 'Who works, when it last gave a sign of life, and how many jobs it has claimed and not finished.';

grant select on jobs.v_workers to daybook_console;
grant select on jobs.v_workers to daybook_lab_reader;
grant select on jobs.v_workers to daybook_manager;
grant select on jobs.v_workers to daybook_monitor;
grant select on jobs.v_workers to daybook_worker;
