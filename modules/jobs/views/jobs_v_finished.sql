create or replace view jobs.v_finished as
select f.finished_at, f.job_id, f.outcome, f.queue, f.priority, f.handler, f.args, f.run_at, f.unique_key, f.attempts, f.max_attempts, f.error, f.enqueued_at,
       f.started_at, f.worker, f.account_id
  from jobs.finished as f;
comment on view jobs.v_finished is
    'Jobs that have ended, as long as their history is kept; one that was tried again after its end is there once for each time.';
