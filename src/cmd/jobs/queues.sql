select q.queue, q.concurrency, q.paused, q.waiting, q.ready, q.running, q.oldest_ready_at, q.succeeded_1h, q.cancelled_1h, q.dead_1h
  from jobs.v_queues as q
 where $1::text is null or q.queue = $1
 order by q.queue
