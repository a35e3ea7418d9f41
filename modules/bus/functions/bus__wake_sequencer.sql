-- A notifying transaction holds one lock of the whole database until its commit is on disk, so writers notify only a sequencer that sleeps. Before it sleeps
-- it takes this lock exclusively, which it gets when no emitter is between here and its commit, and looks once more: so whoever came before is seen, and
-- whoever comes after finds the lock taken and notifies. Written as one expression, which is inlined into the statement that emits.
-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function bus._wake_sequencer() returns boolean
language sql volatile
as $$
    select pg_try_advisory_xact_lock_shared(1145195269, 0) or pg_notify('daybook_log', '') is not null
$$;

comment on function bus._wake_sequencer() is
    'Tells a sequencer that sleeps, at commit, that there are events, through the channel daybook_log. It is asleep while a session holds the advisory lock '
    '(1145195269, 0) exclusively; otherwise nothing is sent. Always true.';
