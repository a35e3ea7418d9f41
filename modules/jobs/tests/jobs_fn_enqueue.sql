-- no event for jobs.jobs: the queue is machinery
-- no event for jobs.finished: the queue is machinery
-- no event for jobs.claims: the queue is machinery
-- no event for jobs.workers: the queue is machinery
begin;
select plan(20);

do $$ begin perform jobs.fn_declare_handler('noop', 'command', 'noop', '10s', 'Nothing.'); end $$;
create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;

select results_eq($$ select * from jobs.fn_enqueue(pg_temp.u('a'), 'default', 'noop', '{"n": 1}', 3, null, 'key') $$,
    $$ values ('created', pg_temp.u('a'), null::text) $$, 'a job is created');
select results_eq($$ select * from jobs.fn_enqueue(pg_temp.u('a'), 'default', 'noop', '{"n": 1}', 3, null, 'key') $$,
    $$ values ('replayed', pg_temp.u('a'), null::text) $$, 'the same again is replayed');
select results_eq($$ select * from jobs.fn_enqueue(pg_temp.u('b'), 'default', 'noop', '{"n": 1}', 3, null, 'key') $$,
    $$ values ('replayed', pg_temp.u('a'), null::text) $$, 'another identity with its unique key is answered with the job that holds it');
select is((select string_agg(e.conflict_field, ' ' order by e.nr)
             from (select 1 as nr, e.* from jobs.fn_enqueue(pg_temp.u('a'), 'default', 'noop', '{"n": 2}', 3, null, 'key') as e
                   union all select 2, e.* from jobs.fn_enqueue(pg_temp.u('a'), 'default', 'noop', '{"n": 1}', 4, null, 'key') as e
                   union all select 3, e.* from jobs.fn_enqueue(pg_temp.u('a'), 'default', 'noop', '{"n": 1}', 3, '2030-01-01Z', 'key') as e
                   union all select 4, e.* from jobs.fn_enqueue(pg_temp.u('a'), 'default', 'noop', '{"n": 1}', 3, null, 'other') as e
                   union all select 5, e.* from jobs.fn_enqueue(pg_temp.u('a'), 'default', 'noop', '{"n": 1}', 3, null, 'key', 2) as e
                   union all select 6, e.* from jobs.fn_enqueue(pg_temp.u('c'), 'default', 'noop', '{"n": 2}', 3, null, 'key') as e) as e
            where e.outcome = 'conflict'),
    'args priority run_at unique_key max_attempts args', 'what differs is named');

select results_eq($$ select * from jobs.fn_enqueue_many(array[pg_temp.u('m1'), pg_temp.u('a'), pg_temp.u('m1'), pg_temp.u('m2')], 'default', 'noop',
                                                        array['{"n": 1}', '{"n": 1}', '{"n": 3}', '{}']::jsonb[], 3, null, array[null, 'key', null, 'key 2']) $$,
    $$ values (1, 'created', pg_temp.u('m1'), null), (2, 'replayed', pg_temp.u('a'), null), (3, 'conflict', pg_temp.u('m1'), 'args'),
              (4, 'created', pg_temp.u('m2'), null) $$, 'many at once are answered one by one, in order');
select is((select array_agg(j.job_id order by j.place) from jobs.jobs as j), array[pg_temp.u('a'), pg_temp.u('m1'), pg_temp.u('m2')], 'and have places in that order');

create temporary table claimed as select * from jobs.fn_claim(pg_temp.u('w'), 'w', null, 10);
select is((select outcome from jobs.fn_enqueue(pg_temp.u('a'), 'default', 'noop', '{"n": 1}', 3, null, 'key')), 'replayed', 'also while it runs');
select is((select count(*) from jobs.fn_finish(array(select job_id from claimed), array(select token from claimed), array(select 'succeeded' from claimed),
                                               array(select null::text from claimed)) as f where f.outcome = 'created'), 3::bigint, 'they end');
select results_eq($$ select * from jobs.fn_enqueue(pg_temp.u('a'), 'default', 'noop', '{"n": 1}', 3, null, 'key') $$,
    $$ values ('replayed', pg_temp.u('a'), null::text) $$, 'the same again after the end is replayed');
select is((select conflict_field from jobs.fn_enqueue(pg_temp.u('a'), 'default', 'noop', '{"n": 5}', 3, null, 'key')), 'args', 'another one after the end is a conflict');
select is((select count(*) from jobs.jobs), 0::bigint, 'and nothing is in the queue');
select is((select outcome from jobs.fn_enqueue(pg_temp.u('d'), 'default', 'noop', '{"n": 1}', 3, null, 'key')), 'created', 'the unique key is free again');

select is((select outcome from jobs.fn_enqueue(pg_temp.u('later'), 'default', 'noop', p_run_at => '2100-01-01Z')), 'created', 'a job for later');
select is((select (place is null, due_at)::text from jobs.jobs where job_id = pg_temp.u('later')), format('(t,"%s")', '2100-01-01Z'::timestamptz), 'has no place yet');
select is(jobs.fn_next_due(), '2100-01-01Z'::timestamptz, 'and is what a worker may sleep until');

select throws_ok($$ select jobs.fn_enqueue(pg_temp.u('x'), 'nowhere', 'noop') $$, 'TB002', null, 'unknown queue');
select throws_ok($$ select jobs.fn_enqueue(pg_temp.u('x'), 'default', 'nothing') $$, 'TB002', null, 'unknown handler');
select throws_ok($$ select jobs.fn_enqueue(pg_temp.u('x'), 'default', 'noop', '[]') $$, 'TB001', null, 'arguments that are not an object');
select throws_ok($$ select jobs.fn_enqueue(null, 'default', 'noop') $$, 'TB001', null, 'no identity');
select throws_ok($$ select jobs.fn_enqueue(pg_temp.u('x'), 'default', 'noop', '{}', 10) $$, 'TB001', null, 'a priority that there is not');

select * from finish();
rollback;
