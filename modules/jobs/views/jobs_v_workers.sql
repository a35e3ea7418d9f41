create or replace view jobs.v_workers as
select w.worker, w.attached_at, w.seen_at, coalesce(r.running, 0) as running, r.oldest_started_at
  from jobs.workers as w
  left join (select c.worker_id, count(*) as running, min(j.started_at) as oldest_started_at
               from jobs.claims as c
              cross join lateral unnest(c.job_ids) as i (job_id)
               join jobs.jobs as j on j.job_id = i.job_id and j.token = c.token
              group by c.worker_id) as r on r.worker_id = w.worker_id;
comment on view jobs.v_workers is 'Who works, when it last gave a sign of life, and how many jobs it has claimed and not finished.';
