-- no event for jobs.jobs: the queue is machinery
-- no event for jobs.claims: the queue is machinery
-- no event for jobs.workers: the queue is machinery
begin;
select plan(6);

do $$ begin perform jobs.fn_declare_handler('noop', 'http', 'https://example.com/x', '10s', 'Nothing.'); end $$;
create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
create function pg_temp.put(p_name text) returns void language sql as $$
    select jobs.fn_enqueue(pg_temp.u(p_name), 'default', 'noop', jsonb_build_object('name', p_name), p_run_at => clock_timestamp() + interval '1 hour')
$$;
create function pg_temp.due(p_name text, p_ago interval) returns void language sql as $$
    update jobs.jobs set due_at = clock_timestamp() - p_ago where job_id = pg_temp.u(p_name)
$$;
create function pg_temp.claimed() returns text language sql as $$
    select string_agg(c.args ->> 'name', ' ') from jobs.fn_claim(pg_temp.u('w'), 'w', '{default}', 10) as c
$$;
create function pg_temp.looked(p_last interval, p_next interval) returns void language sql as $$
    select set_config('jobs.due_looks', format('{%s,%s}', extract(epoch from clock_timestamp() + p_last), extract(epoch from clock_timestamp() + p_next)), false)
$$;

select pg_temp.put('soon'), pg_temp.put('late'), pg_temp.put('later'), pg_temp.put('never');
select pg_temp.due('soon', '0'), pg_temp.due('late', '1 minute');
select pg_temp.looked('-1 second', '1 hour');
select is(pg_temp.claimed(), 'soon', 'a look begins a second before the last one');
select is(pg_temp.claimed(), null, 'and so does the next one');
select pg_temp.looked('-1 hour', '0');
select is(pg_temp.claimed(), 'late', 'when its time has come one begins at the beginning');
select pg_temp.due('later', '1 minute'), pg_temp.looked('1 minute', '1 hour');
select is(pg_temp.claimed(), 'later', 'and when the clock was put back');
select set_config('jobs.due_looks', 'nonsense', false), pg_temp.due('never', '1 minute');
select is(pg_temp.claimed(), 'never', 'and when nothing is known');
select ok(current_setting('jobs.due_looks') ~ '^\{[0-9.]+,[0-9.]+\}$', 'what is known then');

select * from finish();
rollback;
