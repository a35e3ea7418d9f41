begin;
select plan(2);

select bus.fn_declare_event_type('test.thing_done', 'test', 'test_thing', 'A thing was done.', '{}');
select bus.fn_emit_domain_event('test.thing_done', n::text, '{}') from generate_series(1, 3) as n;

select results_eq($$select events from bus.v_event_counts where event_type = 'test.thing_done'$$, array[3::bigint], 'events are counted by type');
select ok((select first_recorded_at <= last_recorded_at and first_recorded_at >= now() from bus.v_event_counts where event_type = 'test.thing_done'),
    'with their first and last time');

select * from finish();
rollback;
