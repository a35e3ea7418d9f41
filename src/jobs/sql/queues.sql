select q.queue, q.waiting, q.ready, q.running, coalesce(extract(epoch from clock_timestamp() - q.oldest_ready_at), 0)::double precision as oldest_s, q.paused
  from jobs.v_queues as q
