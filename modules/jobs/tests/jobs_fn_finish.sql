-- no event for jobs.jobs: the queue is machinery
-- no event for jobs.claims: the queue is machinery
-- no event for jobs.workers: the queue is machinery
-- no event for jobs.finished: the queue is machinery
begin;
select plan(17);

do $$ begin perform jobs.fn_declare_handler('noop', 'command', 'noop', '10s', 'Nothing.'); end $$;
create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
create temporary table claimed as select * from jobs.fn_claim(pg_temp.u('w'), 'w', null, 1);
create function pg_temp.claim() returns bigint language plpgsql as $$
begin
    update jobs.jobs set due_at = clock_timestamp() where place is null;
    truncate claimed;
    insert into claimed select * from jobs.fn_claim(pg_temp.u('w'), 'w', null, 10);
    return (select count(*) from claimed);
end
$$;
create function pg_temp.finish_all(p_outcome text, p_error text default null) returns text language sql as $$
    select string_agg(concat_ws(' ', f.outcome, f.fate, case when f.due_at is not null then 'later' end), ', ')
      from (select array_agg(c.job_id) as job_ids, array_agg(c.token) as tokens, array_agg(p_outcome) as outcomes, array_agg(p_error) as errors from claimed as c) as c
     cross join lateral jobs.fn_finish(c.job_ids, c.tokens, c.outcomes, c.errors) as f
$$;

select is(array(select extract(epoch from jobs.backoff(n)) from unnest(array[1, 2, 3, 4, 10, 11, 100]) as n), array[5, 10, 20, 40, 2560, 3600, 3600]::numeric[], 'backoff');

select jobs.fn_enqueue(pg_temp.u('a'), 'default', 'noop', p_max_attempts => 3);
select is(pg_temp.claim(), 1::bigint, 'one is claimed');
select is(pg_temp.finish_all('failed', 'no luck'), 'created retrying later', 'a failure is tried again later');
select is((select (j.attempts, j.last_error, j.place is null, j.due_at - clock_timestamp() between '4s' and '6s')::text from jobs.jobs as j), '(1,"no luck",t,t)',
    'after the backoff');
select is(pg_temp.finish_all('failed', 'no luck'), 'fenced', 'and cannot be reported again');
select is(pg_temp.claim(), 1::bigint, 'claimed again');
select is(pg_temp.finish_all('released'), 'created released later', 'released does not count');
select is((select (j.attempts, j.place is null)::text from jobs.jobs as j), '(1,f)', 'and it is ready at once');
select is(pg_temp.claim() + (pg_temp.finish_all('failed') is not null)::integer + pg_temp.claim(), 3::bigint, 'a second attempt and a third');
select is(pg_temp.finish_all('failed', 'enough'), 'created dead', 'the last failure is the end');
select is((select (f.outcome, f.error, f.attempts, f.worker)::text from jobs.finished as f), '(dead,enough,3,w)', 'in the history');
select is((select count(*) from bus.domain_events where event_type = 'jobs.job_died' and payload ->> 'error' = 'enough'), 1::bigint, 'with an event');
select is(pg_temp.finish_all('succeeded'), 'replayed dead', 'and said so when asked again');

select jobs.fn_enqueue_many(array[pg_temp.u('b'), pg_temp.u('c')], 'default', 'noop', array['{}', '{}']::jsonb[]);
select is(pg_temp.claim(), 2::bigint, 'two are claimed');
select is(pg_temp.finish_all('dead', 'hopeless'), 'created dead, created dead', 'the worker may say that it is hopeless');
select throws_ok($$ select jobs.fn_finish(array[pg_temp.u('a')], array[pg_temp.u('a')], '{done}', '{null}') $$, 'TB001', null, 'no such outcome');
select throws_ok($$ select jobs.fn_finish(array[pg_temp.u('a')], array[pg_temp.u('a')], '{}', '{null}') $$, 'TB001', null, 'arrays of different lengths');

select * from finish();
rollback;
