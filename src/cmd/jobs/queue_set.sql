-- What is not said stays as it is. 0: no limit.
select s.outcome, s.version
  from (select $1::text as queue) as w
  left join jobs.v_queues as q on q.queue = w.queue
 cross join lateral jobs.fn_set_queue(w.queue, nullif(coalesce($2, q.concurrency), 0), coalesce($3, q.paused, false), $4::jsonb) as s
