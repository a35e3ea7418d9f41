begin;
select plan(15);

prepare open_a as select * from ops.fn_open_session('0190a000-0000-7000-8000-000000000001', 'bot', '1.0', 'host-a', 42, '{"actor": "tester"}');
select results_eq('open_a', $$values ('created', '0190a000-0000-7000-8000-000000000001'::uuid, null::text)$$, 'a session opens');
select results_eq('open_a', $$values ('replayed', '0190a000-0000-7000-8000-000000000001'::uuid, null::text)$$, 'once');
select results_eq($$select outcome, conflict_field from ops.fn_open_session('0190a000-0000-7000-8000-000000000001', 'bot', '1.0', 'host-a', 43)$$,
    $$values ('conflict', 'pid')$$, 'not as another process');
select results_eq($$select role_name, ended_at, ctx from ops.sessions where session_id = '0190a000-0000-7000-8000-000000000001'$$,
    $$values (session_user, null::timestamptz, '{"actor": "tester"}'::jsonb)$$, 'it is stamped with role and context');

select results_eq($$select outcome, conflict_field from ops.fn_close_session('0190a000-0000-7000-8000-000000000001', 'done')$$,
    $$values ('created', null::text)$$, 'it closes');
select results_eq($$select outcome, conflict_field from ops.fn_close_session('0190a000-0000-7000-8000-000000000001', 'done')$$,
    $$values ('replayed', null::text)$$, 'once');
select results_eq($$select outcome, conflict_field from ops.fn_close_session('0190a000-0000-7000-8000-000000000001', 'crash')$$,
    $$values ('conflict', 'reason')$$, 'for one reason');
select results_eq('open_a', $$values ('replayed', '0190a000-0000-7000-8000-000000000001'::uuid, null::text)$$, 'opening a closed session is still that opening');
select is((select end_reason from ops.sessions where session_id = '0190a000-0000-7000-8000-000000000001'), 'done', 'and does not reopen it');

select results_eq($$select event_type, aggregate_version::bigint from bus.domain_events where aggregate_id = '0190a000-0000-7000-8000-000000000001' order by id$$,
    $$values ('ops.session_opened', 1::bigint), ('ops.session_closed', 2)$$, 'two events');
select throws_ok($$select ops.fn_close_session('0190a000-0000-7000-8000-000000000009', 'done')$$, 'TB002', null, 'an unknown session cannot close');
select throws_ok($$select ops.fn_open_session(null, 'bot', '1.0', 'host-a', 42)$$, 'TB001', null, 'a session has an id');
select throws_ok($$select ops.fn_open_session('0190a000-0000-7000-8000-000000000002', ' ', '1.0', 'host-a', 42)$$, 'TB001', null, 'a program');
select throws_ok($$select ops.fn_open_session('0190a000-0000-7000-8000-000000000002', 'bot', '1.0', 'host-a', null)$$, 'TB001', null, 'a process');
select throws_ok($$select ops.fn_close_session('0190a000-0000-7000-8000-000000000001', null)$$, 'TB001', null, 'and a reason to end');

select * from finish();
rollback;
