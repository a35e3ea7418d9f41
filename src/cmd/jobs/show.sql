select j.job_id, j.state, j.queue, j.priority, j.handler, j.args, j.unique_key, j.attempts, j.max_attempts, j.last_error as error, j.enqueued_at, j.due_at,
       j.started_at, null::timestamptz as finished_at, j.worker, j.cancelled_at, j.account_id
  from jobs.v_jobs as j
 where j.job_id = $1
union all
select f.job_id, f.outcome, f.queue, f.priority, f.handler, f.args, f.unique_key, f.attempts, f.max_attempts, f.error, f.enqueued_at, f.run_at, f.started_at,
       f.finished_at, f.worker, null, f.account_id
  from jobs.v_finished as f
 where f.job_id = $1
 order by finished_at nulls last
