select h.outcome, h.token, h.job_id from jobs.fn_heartbeat($1, $2::uuid[]) as h
