-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function jobs._running(p_queue text) returns integer
language plpgsql stable
as $$
begin
    return coalesce((select u.running from jobs.queue_use as u where u.queue = p_queue order by u.number desc limit 1), 0);
end
$$;

comment on function jobs._running(text) is 'How many jobs of a queue with a limit are running.';
