select w.worker, w.attached_at, w.seen_at, w.running, w.oldest_started_at from jobs.v_workers as w order by w.worker, w.attached_at
