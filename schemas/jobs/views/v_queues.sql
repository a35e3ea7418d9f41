-- daybook mirror: view jobs.v_queues
-- needs: jobs/tables/finished.sql
-- needs: jobs/tables/jobs.sql
-- needs: jobs/tables/queues.sql

create view jobs.v_queues as
 SELECT q.queue,
    q.concurrency,
    q.paused,
    COALESCE(j.waiting, (0)::bigint) AS waiting,
    COALESCE(j.ready, (0)::bigint) AS ready,
    COALESCE(j.running, (0)::bigint) AS running,
    j.oldest_ready_at,
    COALESCE(f.succeeded, (0)::bigint) AS succeeded_1h,
    COALESCE(f.cancelled, (0)::bigint) AS cancelled_1h,
    COALESCE(f.dead, (0)::bigint) AS dead_1h
   FROM ((jobs.queues q
     LEFT JOIN ( SELECT j_1.queue,
            count(*) FILTER (WHERE (j_1.place IS NULL)) AS waiting,
            count(*) FILTER (WHERE ((j_1.place IS NOT NULL) AND (j_1.token IS NULL))) AS ready,
            count(*) FILTER (WHERE (j_1.token IS NOT NULL)) AS running,
            min(j_1.due_at) FILTER (WHERE ((j_1.place IS NOT NULL) AND (j_1.token IS NULL))) AS oldest_ready_at
           FROM jobs.jobs j_1
          GROUP BY j_1.queue) j ON ((j.queue = q.queue)))
     LEFT JOIN ( SELECT f_1.queue,
            count(*) FILTER (WHERE (f_1.outcome = 'succeeded'::text)) AS succeeded,
            count(*) FILTER (WHERE (f_1.outcome = 'cancelled'::text)) AS cancelled,
            count(*) FILTER (WHERE (f_1.outcome = 'dead'::text)) AS dead
           FROM jobs.finished f_1
          WHERE (f_1.finished_at > (now() - '01:00:00'::interval))
          GROUP BY f_1.queue) f ON ((f.queue = q.queue)));

alter view jobs.v_queues owner to daybook_api;

comment on view jobs.v_queues is 'Each queue: its settings, how many of its jobs wait, are ready and run, since when the oldest ready one has been due, and what ended in the last hour. It counts all jobs there are.';

grant select on jobs.v_queues to daybook_console;
grant select on jobs.v_queues to daybook_lab_reader;
grant select on jobs.v_queues to daybook_manager;
grant select on jobs.v_queues to daybook_monitor;
grant select on jobs.v_queues to daybook_worker;
