select c.outcome, $1::uuid as id, c.running, c.refusal_code, 'there is no such job, or it has ended' as refusal_detail
  from jobs.fn_cancel($1, $2, $3::jsonb) as c
