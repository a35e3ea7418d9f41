begin;
select plan(24);

prepare set_a as select * from settings.fn_set('0190a000-0000-7000-8000-000000000001', 'test.key', '{"a": 1}', 'first', '{"actor": "tester"}');
select results_eq('set_a', $$values ('created', 1::bigint, null::text)$$, 'a first value is version 1');
select is(settings.fn_get('test.key'), '{"a": 1}', 'and current');
select results_eq('set_a', $$values ('replayed', 1::bigint, null::text)$$, 'the same change again is replayed');
select results_eq($$select * from settings.fn_set('0190a000-0000-7000-8000-000000000002', 'test.key', '{"a": 2}', 'second')$$,
    $$values ('created', 2::bigint, null::text)$$, 'the next value is version 2');
select results_eq('set_a', $$values ('replayed', 1::bigint, null::text)$$, 'the first change still answers with its own version');
select is(settings.fn_get('test.key'), '{"a": 2}', 'and does not come back');

select results_eq($$select * from settings.fn_set('0190a000-0000-7000-8000-000000000001', 'test.other', '{"a": 1}', 'first')$$,
    $$values ('conflict', 1::bigint, 'key')$$, 'the id with another key');
select results_eq($$select * from settings.fn_set('0190a000-0000-7000-8000-000000000001', 'test.key', '{"a": 3}', 'first')$$,
    $$values ('conflict', 1::bigint, 'value')$$, 'the id with another value');
select results_eq($$select * from settings.fn_set('0190a000-0000-7000-8000-000000000001', 'test.key', '{"a": 1}', 'other')$$,
    $$values ('conflict', 1::bigint, 'reason')$$, 'the id with another reason');
select is(settings.fn_get('test.other'), null, 'a conflict sets nothing');

select results_eq($$select * from settings.fn_rollback('0190a000-0000-7000-8000-000000000003', 'test.key', 1, 'back')$$,
    $$values ('created', 3::bigint, null::text)$$, 'a rollback is a new version');
select is(settings.fn_get('test.key'), '{"a": 1}', 'with the old value');
select results_eq($$select * from settings.fn_rollback('0190a000-0000-7000-8000-000000000003', 'test.key', 1, 'back')$$,
    $$values ('replayed', 3::bigint, null::text)$$, 'a rollback is replayed too');
select results_eq($$select * from settings.fn_rollback('0190a000-0000-7000-8000-000000000003', 'test.key', 2, 'back')$$,
    $$values ('conflict', 3::bigint, 'to_version')$$, 'and conflicts with one to another version');
select results_eq($$select version, restored_from, reason from settings.app_settings_history where key = 'test.key' order by version$$,
    $$values (1::bigint, null::bigint, 'first'), (2, null, 'second'), (3, 1, 'back')$$, 'every change is kept');
select throws_ok($$select settings.fn_rollback('0190a000-0000-7000-8000-000000000004', 'test.key', 9, 'back')$$, 'TB002', null, 'an unknown version');

select results_eq($$select event_type, aggregate_version::bigint, payload ->> 'version' from bus.domain_events where aggregate_id = 'test.key' order by id$$,
    $$values ('settings.changed', 1::bigint, '1'), ('settings.changed', 2, '2'), ('settings.changed', 3, '3')$$,
    'one event per change, none for replays and conflicts');
select is((select ctx from bus.domain_events where aggregate_id = 'test.key' and aggregate_version = 1), '{"actor": "tester"}', 'with its context');
select is((select count(*) from audit.audit_log where subject_type = 'setting' and subject_id = 'test.key'), 3::bigint, 'and one audit row');

select throws_ok($$select settings.fn_set(null, 'test.key', '1', 'x')$$, 'TB001', null, 'a change needs an identity');
select throws_ok($$select settings.fn_set('0190a000-0000-7000-8000-000000000005', 'Test Key', '1', 'x')$$, 'TB001', null, 'a key has a form');
select throws_ok($$select settings.fn_set('0190a000-0000-7000-8000-000000000005', 'test.key', null, 'x')$$, 'TB001', null, 'a value is JSON');
select throws_ok($$select settings.fn_set('0190a000-0000-7000-8000-000000000005', 'test.key', '1', ' ')$$, 'TB001', null, 'a change has a reason');
select throws_ok($$select settings.fn_set('0190a000-0000-7000-8000-000000000005', 'test.key', '1', 'x', '{"x": 1}')$$, 'TB001', null, 'the context is checked');

select * from finish();
rollback;
