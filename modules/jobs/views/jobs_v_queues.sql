create or replace view jobs.v_queues as
select q.queue, q.concurrency, q.paused, coalesce(j.waiting, 0) as waiting, coalesce(j.ready, 0) as ready, coalesce(j.running, 0) as running,
       j.oldest_ready_at, coalesce(f.succeeded, 0) as succeeded_1h, coalesce(f.cancelled, 0) as cancelled_1h, coalesce(f.dead, 0) as dead_1h
  from jobs.queues as q
  left join (select j.queue, count(*) filter (where j.place is null) as waiting, count(*) filter (where j.place is not null and j.token is null) as ready,
                    count(*) filter (where j.token is not null) as running, min(j.due_at) filter (where j.place is not null and j.token is null) as oldest_ready_at
               from jobs.jobs as j
              group by j.queue) as j on j.queue = q.queue
  left join (select f.queue, count(*) filter (where f.outcome = 'succeeded') as succeeded, count(*) filter (where f.outcome = 'cancelled') as cancelled,
                    count(*) filter (where f.outcome = 'dead') as dead
               from jobs.finished as f
              where f.finished_at > now() - interval '1 hour'
              group by f.queue) as f on f.queue = q.queue;
comment on view jobs.v_queues is
    'Each queue: its settings, how many of its jobs wait, are ready and run, since when the oldest ready one has been due, and what ended in the last hour. It counts all jobs there are.';
