-- Queues, handlers, and what a worker leaves behind that goes.
begin;
select plan(15);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
select results_eq($$ select * from jobs.fn_set_queue('q', 2) $$, $$ values ('created', 1::bigint) $$, 'a queue');
select results_eq($$ select * from jobs.fn_set_queue('q', 2) $$, $$ values ('replayed', 1::bigint) $$, 'stated again');
select results_eq($$ select * from jobs.fn_set_queue('q', 2, true) $$, $$ values ('created', 2::bigint) $$, 'paused');
select is((select array_agg(payload::jsonb order by aggregate_version) from bus.domain_events where event_type = 'jobs.queue_set'),
    array['{"queue": "q", "paused": false, "concurrency": 2}', '{"queue": "q", "paused": true, "concurrency": 2}']::jsonb[], 'with events');
select throws_ok($$ select jobs.fn_set_queue('Q') $$, 'TB001', null, 'a name that is none');
select throws_ok($$ select jobs.fn_set_queue('q', 0) $$, 'TB001', null, 'no concurrency is a pause');

select results_eq($$ select * from jobs.fn_declare_handler('h.run', 'command', 'run', '1m', 'Runs.') $$, $$ values ('created', 1::bigint) $$, 'a handler');
select results_eq($$ select * from jobs.fn_declare_handler('h.run', 'command', 'run', '1m', 'Runs.') $$, $$ values ('replayed', 1::bigint) $$, 'stated again');
select results_eq($$ select * from jobs.fn_declare_handler('h.run', 'http', 'https://example.com', '1m', 'Runs.') $$, $$ values ('created', 2::bigint) $$, 'changed');
select throws_ok($$ select jobs.fn_declare_handler('h.run', 'http', 'file:///etc/passwd', '1m', 'Runs.') $$, 'TB001', null, 'an address that is none');
select throws_ok($$ select jobs.fn_declare_handler('h.run', 'sql', 'select 1', '1m', 'Runs.') $$, 'TB001', null, 'no such kind');
select throws_ok($$ select jobs.fn_declare_handler('h.run', 'function', 'pg_catalog.now', '1m', 'Runs.') $$, 'TB002', null, 'no such function');

-- no event: the queue is machinery
select jobs.fn_enqueue(pg_temp.u('a'), 'default', 'h.run');
-- no event: the queue is machinery
select jobs.fn_claim(pg_temp.u('w'), 'w', null, 1);
-- no event: the queue is machinery
select results_eq($$ select * from jobs.fn_detach_worker(pg_temp.u('w')) $$, $$ select 'released', pg_temp.u('a') $$, 'who leaves gives back what he had');
select is((select (j.attempts, j.token)::text from jobs.jobs as j), '(0,)', 'as if it had never been claimed');
select is((select count(*) from jobs.workers) + (select count(*) from jobs.claims), 0::bigint, 'and is gone');

select * from finish();
rollback;
