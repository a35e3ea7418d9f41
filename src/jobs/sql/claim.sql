-- Stored functions get the arguments in the server.
select c.job_id, c.token, c.queue, c.handler, c.kind, c.what, case when c.kind = 'function' then '' else c.args::text end as args,
       c.ctx, (extract(epoch from c.timeout) * 1000000)::bigint as timeout_us, c.attempt
  from jobs.fn_claim($1, $2, $3::text[], $4) as c
