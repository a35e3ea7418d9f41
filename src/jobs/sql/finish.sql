select f.idx, f.outcome from jobs.fn_finish($1::uuid[], $2::uuid[], $3::text[], $4::text[]) as f
