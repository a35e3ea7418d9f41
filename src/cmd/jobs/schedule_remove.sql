select s.outcome, $1::text as id, s.version
  from jobs.fn_remove_schedule($1, $2, $3::jsonb) as s
