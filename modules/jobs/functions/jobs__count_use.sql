-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function jobs._count_use(p_queue text, p_jobs bigint) returns void
language plpgsql volatile
as $$
declare
    v_before jobs.queue_use;
begin
    select * into v_before from jobs.queue_use as u where u.queue = p_queue order by u.number desc limit 1;
    insert into jobs.queue_use (queue, number, running) values (p_queue, coalesce(v_before.number, 0) + 1, coalesce(v_before.running, 0) + p_jobs);
    delete from jobs.queue_use as u where u.queue = p_queue and u.number = v_before.number;
end
$$;

comment on function jobs._count_use(text, bigint) is 'Adds to the count of the running jobs of a queue, which the caller has locked.';
