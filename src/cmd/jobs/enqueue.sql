select e.outcome, e.job_id as id, e.conflict_field
  from jobs.fn_enqueue($1, $2, $3, $4::jsonb, coalesce($5::integer, 5), $6, $7, coalesce($8::integer, 10), null, $9::jsonb) as e
