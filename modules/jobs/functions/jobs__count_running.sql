-- Jobs first and the count last, as where jobs end: two that do this at once never wait for each other.
-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function jobs._count_running(p_queue text) returns void
language plpgsql volatile
as $$
declare
    v_counted bigint;
begin
    update jobs.jobs as j
       set limited = true
      from (select f.ctid as found, c.token
              from jobs.claims as c
             cross join lateral unnest(c.job_ids) as i (job_id)
             cross join lateral (select l.ctid from jobs.jobs as l where l.job_id = i.job_id offset 0) as f) as c
     where j.ctid = c.found and j.token = c.token and j.queue = p_queue and not j.limited;
    get diagnostics v_counted = row_count;
    perform jobs._lock_use(p_queue, true);
    perform jobs._count_use(p_queue, v_counted);
end
$$;

comment on function jobs._count_running(text) is 'Counts the jobs of a queue that began while it had no limit.';
