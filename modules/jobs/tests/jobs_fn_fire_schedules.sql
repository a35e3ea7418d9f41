-- no event for jobs.jobs: the queue is machinery
-- no event for jobs.schedule_runs: the queue is machinery
-- no event for jobs.schedules: firing is machinery; the first test shows that setting one emits
begin;
select plan(22);

do $$ begin perform jobs.fn_declare_handler('noop', 'command', 'noop', '10s', 'Nothing.'); end $$;
-- Schedules are always made now: as if one had been made then, and nobody had fired it since.
create function pg_temp.since(p_schedule text, p_since timestamptz) returns void language plpgsql as $$
begin
    update jobs.schedules set since = p_since where schedule = p_schedule;
    update jobs.schedules as s set next_fire_at = jobs._next_run(s, p_since) where schedule = p_schedule;
end
$$;
create function pg_temp.fired(p_now timestamptz) returns text language sql as $$
    select string_agg(f.schedule || ' ' || to_char(f.fire_at at time zone 'UTC', 'DD"T"HH24:MI:SS'), ', ' order by f.schedule, f.fire_at) from jobs.fn_fire_schedules(p_now) as f
$$;

select is((select s.outcome || ' ' || s.version from jobs.fn_set_schedule('hourly', '0 * * * *', null, 'noop', '{"n": 1}') as s), 'created 1', 'a schedule');
select is((select count(*) from bus.domain_events where event_type = 'jobs.schedule_set'), 1::bigint, 'with its event');
select is((select s.outcome || ' ' || s.version from jobs.fn_set_schedule('hourly', '0 * * * *', null, 'noop', '{"n": 1}') as s), 'replayed 1', 'stated again');
select is((select next_fire_at from jobs.schedules where schedule = 'hourly'), date_trunc('hour', now()) + interval '1 hour', 'is due at the next hour');
select is(pg_temp.fired(null), null, 'nothing is fired before');
select is(pg_temp.fired('2100-01-01Z'), null, 'nor when somebody believes it is later');

select pg_temp.since('hourly', '2024-03-01T00:30Z');
select is(pg_temp.fired('2024-03-01T01:00Z'), 'hourly 01T01:00:00', 'it fires');
select is(pg_temp.fired('2024-03-01T01:00Z'), null, 'once');
select is((select j.args from jobs.jobs as j), '{"n": 1, "schedule": "hourly", "fire_at": "2024-03-01T01:00:00Z"}'::jsonb, 'its job knows when it was due');
select pg_temp.since('hourly', '2024-03-01T00:30Z');
select is(pg_temp.fired('2024-03-01T01:59Z'), null, 'not even when somebody thinks it was not fired');
select is(pg_temp.fired('2024-03-01T04:30Z'), 'hourly 01T04:00:00', 'after three hours the last run is caught up with');

do $$ begin perform jobs.fn_set_schedule('hourly', '0 * * * *', null, 'noop', p_catch_up => 'all', p_catch_up_limit => 3); end $$;
select pg_temp.since('hourly', '2024-03-02T00:30Z');
select is(pg_temp.fired('2024-03-02T03:30Z'), 'hourly 02T01:00:00, hourly 02T02:00:00, hourly 02T03:00:00', 'or all of them');
select is(pg_temp.fired('2024-03-09T03:30Z'), 'hourly 09T01:00:00, hourly 09T02:00:00, hourly 09T03:00:00', 'up to a limit, the newest');
do $$ begin perform jobs.fn_set_schedule('hourly', '0 * * * *', null, 'noop', p_catch_up => 'none'); end $$;
select pg_temp.since('hourly', '2024-03-10T00:30Z');
select is(pg_temp.fired('2024-03-10T03:30Z'), null, 'or none');
select is((select next_fire_at from jobs.schedules where schedule = 'hourly'), '2024-03-10T04:00Z', 'and it goes on');
select is(pg_temp.fired('2024-03-10T04:00:20Z'), 'hourly 10T04:00:00', 'a few seconds late is in time');

do $$ begin perform jobs.fn_set_schedule('hourly', '0 * * * *', null, 'noop', p_enabled => false); end $$;
select is((select next_fire_at from jobs.schedules where schedule = 'hourly'), null, 'disabled it is never due');
do $$ begin perform jobs.fn_set_schedule('often', null, '90s', 'noop', p_catch_up => 'all'); end $$;
select pg_temp.since('often', '2024-04-01T00:00:10Z');
select is(pg_temp.fired('2024-04-01T00:05:00Z'), 'often 01T00:01:40, often 01T00:03:10, often 01T00:04:40', 'every so often');
select is((select next_fire_at from jobs.schedules where schedule = 'often'), '2024-04-01T00:06:10Z', 'at multiples');

select throws_ok($$ select jobs.fn_set_schedule('x', '* * * * *', '1h', 'noop') $$, 'TB001', null, 'one rule');
select throws_ok($$ select jobs.fn_set_schedule('x', null, '1 month', 'noop') $$, 'TB001', null, 'a month is no interval');
select throws_ok($$ select jobs.fn_set_schedule('x', '* * * * *', null, 'noop', p_time_zone => 'Europe/Nowhere') $$, 'TB001', null, 'no such zone');

select * from finish();
rollback;
