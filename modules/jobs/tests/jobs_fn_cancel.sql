-- Cancelling, and retrying what was cancelled.
-- no event for jobs.claims: the queue is machinery
-- no event for jobs.workers: the queue is machinery
begin;
select plan(20);

do $$
begin
    perform jobs.fn_declare_handler('noop', 'command', 'noop', '10s', 'Nothing.');
    perform jobs.fn_set_queue('narrow', 1);
end
$$;
create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
create function pg_temp.events(p_type text) returns bigint language sql as $$ select count(*) from bus.domain_events where event_type = 'jobs.' || p_type $$;

-- no event: the queue is machinery
select jobs.fn_enqueue(pg_temp.u('a'), 'narrow', 'noop', p_unique_key => 'k'), jobs.fn_enqueue(pg_temp.u('b'), 'narrow', 'noop');
select results_eq($$ select * from jobs.fn_cancel(pg_temp.u('a'), 'unwanted') $$, $$ values ('created', null::text, false) $$, 'a job that waits is cancelled at once');
select results_eq($$ select * from jobs.fn_cancel(pg_temp.u('a'), 'unwanted') $$, $$ values ('replayed', null::text, false) $$, 'once');
select is((select (f.outcome, f.error, f.token)::text from jobs.finished as f), '(cancelled,unwanted,)', 'and in the history');
select is(pg_temp.events('job_cancelled'), 1::bigint, 'with an event');

-- no event: the queue is machinery
create temporary table claimed as select * from jobs.fn_claim(pg_temp.u('w'), 'w', '{narrow}', 5);
select results_eq($$ select * from jobs.fn_cancel(pg_temp.u('b'), 'unwanted') $$, $$ values ('created', null::text, true) $$, 'of one that runs the end is asked for');
select results_eq($$ select * from jobs.fn_cancel(pg_temp.u('b'), 'unwanted') $$, $$ values ('replayed', null::text, true) $$, 'once');
select is(pg_temp.events('job_cancelled'), 2::bigint, 'with an event');
select results_eq($$ select h.outcome, h.job_id, h.token from claimed as c cross join lateral jobs.fn_heartbeat(pg_temp.u('w'), array[c.token]) as h $$,
    $$ select 'cancel', job_id, token from claimed $$, 'its worker learns of it with its next sign of life');
-- no event: the queue is machinery
select is((select f.fate from claimed as c cross join lateral jobs.fn_finish(array[c.job_id], array[c.token], '{failed}', '{stopped}') as f), 'cancelled',
    'and what it reports as failed is cancelled');
select is((select running from jobs.queue_use where queue = 'narrow'), 0, 'and runs no more');

select results_eq($$ select * from jobs.fn_retry(pg_temp.u('b'), 'after all') $$, $$ values ('created', null::text) $$, 'what was cancelled can be retried');
select results_eq($$ select * from jobs.fn_retry(pg_temp.u('b'), 'after all') $$, $$ values ('replayed', null::text) $$, 'once');
select is(pg_temp.events('job_retried'), 1::bigint, 'with an event');
select is((select attempts from jobs.jobs where job_id = pg_temp.u('b')), 0, 'with all its attempts');
-- no event: the queue is machinery
select jobs.fn_enqueue(pg_temp.u('c'), 'narrow', 'noop', p_unique_key => 'k');
select results_eq($$ select * from jobs.fn_retry(pg_temp.u('a'), 'after all') $$, $$ values ('refused', 'unique_key') $$, 'not while another holds its unique key');
truncate claimed;
-- no event: the queue is machinery
insert into claimed select * from jobs.fn_claim(pg_temp.u('w'), 'w', '{narrow}', 5);
-- no event: the queue is machinery
select is((select f.fate from claimed as c cross join lateral jobs.fn_finish(array[c.job_id], array[c.token], '{succeeded}', '{null}') as f), 'succeeded', 'done');
select results_eq($$ select * from jobs.fn_retry(pg_temp.u('b'), 'after all') $$, $$ values ('refused', 'succeeded') $$, 'what has succeeded is not retried');
select results_eq($$ select * from jobs.fn_cancel(pg_temp.u('b'), 'unwanted') $$, $$ values ('refused', 'succeeded', false) $$, 'nor cancelled');
select throws_ok($$ select jobs.fn_cancel(pg_temp.u('none'), 'unwanted') $$, 'TB002', null, 'unknown job');
select throws_ok($$ select jobs.fn_retry(pg_temp.u('none'), 'after all') $$, 'TB002', null, 'unknown job');

select * from finish();
rollback;
