begin;
select plan(11);

do $$
begin
    perform jobs.fn_declare_handler('noop', 'command', 'true', '1m', 'Nothing.');
    perform jobs.fn_set_schedule('gone', '* * * * *', null, 'noop');
end
$$;
update jobs.schedules set since = now() - interval '1 day', next_fire_at = date_trunc('minute', now()) - interval '1 minute' where schedule = 'gone';
-- no event: which runs were fired is in jobs.schedule_runs
select isnt((select count(*) from jobs.fn_fire_schedules() as f where f.schedule = 'gone'), 0::bigint, 'it fires');
update jobs.schedules set next_fire_at = now() - interval '1 minute' where schedule = 'gone';

select results_eq($$ select * from jobs.fn_remove_schedule('gone', 'not needed') $$, $$ values ('created', 2::bigint) $$, 'removed');
select results_eq($$ select * from jobs.fn_remove_schedule('gone', 'again') $$, $$ values ('replayed', 2::bigint) $$, 'once');
select is((select d.payload::jsonb from bus.domain_events as d where d.event_type = 'jobs.schedule_removed'), '{"schedule": "gone", "reason": "not needed"}', 'with an event');
select is((select count(*) from jobs.v_schedules as s where s.schedule = 'gone'), 0::bigint, 'it is listed no more');
-- no event: which runs were fired is in jobs.schedule_runs
select is((select count(*) from jobs.fn_fire_schedules() as f where f.schedule = 'gone'), 0::bigint, 'and fires no more');
select isnt((select count(*) from jobs.jobs as j where j.args ->> 'schedule' = 'gone'), 0::bigint, 'what it has enqueued stays');

select results_eq($$ select s.outcome, s.version, s.next_fire_at is not null from jobs.fn_set_schedule('gone', '* * * * *', null, 'noop') as s $$,
    $$ values ('created', 3::bigint, true) $$, 'one of the same name can be made, and its versions go on');
select is((select count(*) from jobs.v_schedules as s where s.schedule = 'gone' and s.enabled), 1::bigint, 'and is listed');

select throws_ok($$ select jobs.fn_remove_schedule('never.was', 'r') $$, 'TB002', null, 'one that never was');
select throws_ok($$ select jobs.fn_remove_schedule('daybook.seal', 'r') $$, 'TB001', null, 'what every installation has to do');

select * from finish();
rollback;
