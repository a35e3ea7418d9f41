-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function jobs._lock_use(p_queue text, p_wait boolean) returns boolean
language plpgsql volatile
as $$
declare
    c_lock constant bigint := hashtextextended('jobs.queue_use ' || p_queue, 0);
begin
    if p_wait then
        perform pg_advisory_xact_lock(c_lock);
        return true;
    end if;
    return pg_try_advisory_xact_lock(c_lock);
end
$$;

comment on function jobs._lock_use(text, boolean) is
    'Locks the count of the running jobs of a queue until the transaction ends. False: somebody else has it, and it was not to be waited for.';
