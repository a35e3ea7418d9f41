select coalesce(quote_literal(array_agg(c.job_id)::text), 'null') as ids, coalesce(quote_literal(array_agg(c.token)::text), 'null') as tokens, coalesce(quote_literal(array_agg('succeeded'::text)::text), 'null') as outcomes, coalesce(quote_literal(array_agg(null::text)::text), 'null') as errors, count(*) as jobs from jobs.fn_claim(md5('worker ' || :client_id)::uuid, 'bench', null, 100) as c \gset
\if :jobs
select count(*) from jobs.fn_finish(:ids::uuid[], :tokens::uuid[], :outcomes::text[], :errors::text[]);
\endif
