-- no event for jobs.jobs: the queue is machinery
-- no event for jobs.claims: the queue is machinery
-- no event for jobs.workers: the queue is machinery
begin;
select plan(12);

do $$
begin
    perform jobs.fn_declare_handler('noop', 'http', 'https://example.com/x', '10s', 'Nothing.');
    perform jobs.fn_set_queue('second');
    perform jobs.fn_set_queue('asleep', p_paused => true);
end
$$;
create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
create function pg_temp.put(p_name text, p_priority integer, p_queue text default 'default', p_run_at timestamptz default null) returns void language sql as $$
    select jobs.fn_enqueue(pg_temp.u(p_name), p_queue, 'noop', jsonb_build_object('name', p_name), p_priority, p_run_at)
$$;
create function pg_temp.claimed(p_queues text[], p_limit integer) returns text language sql as $$
    select string_agg(c.args ->> 'name', ' ') from jobs.fn_claim(pg_temp.u('w'), 'w', p_queues, p_limit) as c
$$;

select is(pg_temp.claimed(null, 10), null, 'nothing is there');
select pg_temp.put('b', 5), pg_temp.put('c', 5), pg_temp.put('a', 0), pg_temp.put('d', 9), pg_temp.put('s', 5, 'second'), pg_temp.put('z', 0, 'asleep');
select pg_temp.put('soon', 5, 'default', clock_timestamp()), pg_temp.put('later', 0, 'default', clock_timestamp() + interval '1 hour');
select setval('jobs.claim_numbers', 1);
select is(pg_temp.claimed('{default}', 2), 'a b', 'the highest priority first, then in order');
select is(pg_temp.claimed('{second,default}', 2), 's c', 'queues in the order in which they are named');
select is((select (c.kind, c.what, c.timeout, c.attempt, c.max_attempts)::text from jobs.fn_claim(pg_temp.u('w'), 'w', null, 1) as c),
    '(http,https://example.com/x,00:00:10,1,10)', 'with what the worker is to do');
select is(pg_temp.claimed(null, 10), 'd', 'what is due later, and what is in a paused queue, is not claimed');
update jobs.jobs set due_at = clock_timestamp() where job_id = pg_temp.u('later');
select is(pg_temp.claimed(null, 10), 'later', 'until it is due');

select pg_temp.put('high', 0), pg_temp.put('low', 9);
select setval('jobs.claim_numbers', 15);
select is(pg_temp.claimed(null, 1), 'low', 'every sixteenth claim begins with the lowest priority');
select is(pg_temp.claimed(null, 1), 'high', 'and only that');

select is((select sum(w.running) from jobs.v_workers as w where w.worker = 'w'), 9::numeric, 'the worker has them all');
select throws_ok($$ select jobs.fn_claim(pg_temp.u('x'), 'x', '{nowhere}', 1) $$, 'TB002', null, 'unknown queue');
select throws_ok($$ select jobs.fn_claim(pg_temp.u('x'), 'x', null, 0) $$, 'TB001', null, 'no jobs');
select throws_ok($$ select jobs.fn_claim(null, 'x', null, 1) $$, 'TB001', null, 'nobody');

select * from finish();
rollback;
