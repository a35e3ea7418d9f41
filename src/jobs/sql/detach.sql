select count(*) from jobs.fn_detach_worker($1)
