create or replace view jobs.v_jobs as
select j.job_id, j.queue, j.priority,
       case when j.token is not null then 'running' when j.place is null then 'waiting' else 'ready' end as state,
       j.handler, j.args, j.unique_key, j.due_at, j.attempts, j.max_attempts, j.worker, j.started_at, j.cancelled_at, j.last_error, j.enqueued_at, j.account_id
  from jobs.jobs as j;
comment on view jobs.v_jobs is
    'Jobs that have not ended: waiting for their time, ready, or running.';
