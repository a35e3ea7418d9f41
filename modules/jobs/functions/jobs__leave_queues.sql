-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function jobs._leave_queues(p_queues text[]) returns void
language plpgsql volatile
as $$
begin
    -- In one order, so that two that do this at once never wait for each other.
    perform from jobs.queue_use as u where u.queue = any (p_queues) order by u.queue for no key update;
    update jobs.queue_use as u
       set running = u.running - l.left_it
      from (select q.queue, count(*) as left_it from unnest(p_queues) as q (queue) group by q.queue) as l
     where u.queue = l.queue;
    perform jobs._wake_workers();
end
$$;

comment on function jobs._leave_queues(text[]) is 'Counts out jobs of queues with a limit, one for each element; called last, after the jobs'' rows are locked.';
