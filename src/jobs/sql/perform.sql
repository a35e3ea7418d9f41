select p.idx, p.outcome from jobs.fn_perform($1::uuid[], $2::uuid[]) as p
