select r.outcome, $1::uuid as id, r.refusal_code, 'there is no such job in the history, or it is in its queue' as refusal_detail
  from jobs.fn_retry($1, $2, $3::jsonb) as r
