-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function jobs._find_job(p_job_id uuid, p_queue text, p_unique_key text)
returns table (job_id uuid, content jsonb)
language plpgsql stable
as $$
#variable_conflict use_column
begin
    return query
        select j.job_id, to_jsonb(j) from jobs.jobs as j where j.job_id = p_job_id;
    if not found then
        return query
            select j.job_id, to_jsonb(j) from jobs.jobs as j where j.queue = p_queue and j.unique_key = p_unique_key;
    end if;
    if not found then
        return query
            select f.job_id, to_jsonb(f) from jobs.finished as f where f.job_id = p_job_id order by f.finished_at desc limit 1;
    end if;
end
$$;

comment on function jobs._find_job(uuid, text, text) is
    'The job of an id, or that has not ended and holds a unique key, or that has ended: in this order the one that stands in the way of a new one.';
