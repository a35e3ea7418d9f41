-- What has not ended first, then what ended, the newest first.
select a.job_id, a.queue, a.priority, a.state, a.handler, a.at, a.attempts, a.max_attempts, a.worker, a.error
  from (select j.job_id, j.queue, j.priority, j.state, j.handler, j.due_at as at, j.attempts, j.max_attempts, j.worker, j.last_error as error, 0 as part,
               j.due_at - now() as distance
          from jobs.v_jobs as j
         where $2::text is null or j.state = $2
        union all
        select f.job_id, f.queue, f.priority, f.outcome, f.handler, f.finished_at, f.attempts, f.max_attempts, f.worker, f.error, 1, now() - f.finished_at
          from jobs.v_finished as f
         where f.outcome = $2 and f.finished_at >= $4) as a
 where ($1::text is null or a.queue = $1)
   and ($3::text is null or a.handler = $3)
 order by a.part, a.distance, a.job_id
 limit $5
