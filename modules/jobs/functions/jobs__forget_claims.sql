-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function jobs._forget_claims(p_tokens uuid[]) returns void
language plpgsql volatile
as $$
begin
    delete from jobs.claims as c
     where c.token = any (p_tokens)
       and not exists (select
                         from unnest(c.job_ids) as i (job_id)
                        cross join lateral (select from jobs.jobs as l where l.job_id = i.job_id and l.token = c.token offset 0) as j);
end
$$;

comment on function jobs._forget_claims(uuid[]) is 'Removes those of the claims of which no job runs any more.';
