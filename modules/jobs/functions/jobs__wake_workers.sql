-- As bus._wake_sequencer(): whoever enqueues notifies only when a worker sleeps. One expression, inlined into the statement that calls it.
-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function jobs._wake_workers() returns boolean
language sql volatile
as $$
    select pg_try_advisory_xact_lock_shared(1145195270, 0) or pg_notify('daybook_jobs', '') is not null
$$;

comment on function jobs._wake_workers() is
    'Tells workers that sleep, at commit, that there may be something to claim, through the channel daybook_jobs. One is asleep while a session holds the advisory '
    'lock (1145195270, 0) exclusively; otherwise nothing is sent. Always true.';
