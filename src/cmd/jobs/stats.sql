select f.handler, f.outcome, count(*) as jobs, sum(f.attempts) as attempts,
       round(extract(epoch from avg(f.started_at - f.enqueued_at))::numeric, 3) as wait_s_mean,
       round(extract(epoch from avg(f.finished_at - f.started_at))::numeric, 3) as run_s_mean,
       round(extract(epoch from max(f.finished_at - f.started_at))::numeric, 3) as run_s_max
  from jobs.v_finished as f
 where f.finished_at >= $1
 group by f.handler, f.outcome
 order by f.handler, f.outcome
