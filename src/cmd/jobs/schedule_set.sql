select s.outcome, s.version, s.next_fire_at
  from jobs.fn_set_schedule($1, $2, make_interval(secs => $3::double precision / 1000), $4, $5::jsonb, $6, $7, $8, $9, $10, $11, $12, $13, true, $14::jsonb) as s
