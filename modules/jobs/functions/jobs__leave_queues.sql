-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function jobs._leave_queues(p_queues text[]) returns void
language plpgsql volatile
as $$
declare
    v_left record;
begin
    -- In one order, so that two that do this at once never wait for each other.
    for v_left in select q.queue, count(*) as jobs from unnest(p_queues) as q (queue) group by q.queue order by q.queue loop
        perform jobs._lock_use(v_left.queue, true);
        perform jobs._count_use(v_left.queue, -v_left.jobs);
    end loop;
    perform jobs._wake_workers();
end
$$;

comment on function jobs._leave_queues(text[]) is 'Counts out jobs of queues with a limit, one for each element; called last, after the jobs'' rows are locked.';
