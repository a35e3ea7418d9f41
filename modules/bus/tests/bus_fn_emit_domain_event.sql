begin;
select plan(25);

select is(bus.fn_declare_event_type('test.thing_done', 'test', 'test_thing', 'A thing was done.',
    '{"required": {"a": "integer", "b": "string"}, "optional": {"c": "decimal"}}'), 'created', 'a type is declared');

create temporary table emitted (n serial, id uuid);
select lives_ok($$insert into emitted (id) select bus.fn_emit_domain_event('test.thing_done', 'x', '{"a": 1, "b": "b"}')$$, 'an event');
select lives_ok($$insert into emitted (id) select bus.fn_emit_domain_event('test.thing_done', 'x', '{"a": 2, "b": "b", "c": "1.5"}',
    '2024-01-02 03:04:05+00', '0190a000-0000-7000-8000-000000000001', '0190a000-0000-7000-8000-00000000000a', '{"actor": "tester"}')$$, 'another of the same thing');
select lives_ok($$insert into emitted (id) select bus.fn_emit_domain_event('test.thing_done', 'y', '{"a": 3, "b": "b"}')$$, 'one of another thing');

create temporary view mine as select e.* from bus.domain_events as e where e.aggregate_type = 'test_thing';
select results_eq('select aggregate_id, aggregate_version::bigint, event_type from mine order by id',
    $$values ('x', 1::bigint, 'test.thing_done'), ('x', 2, 'test.thing_done'), ('y', 1, 'test.thing_done')$$, 'versions count per aggregate');
select results_eq('select event_id from mine order by id', 'select id from emitted order by n', 'the answer is the event id');
select is((select event_id from mine where payload ->> 'a' = '2'), '0190a000-0000-7000-8000-000000000001', 'which the caller may choose');
select results_eq($$select account_id, ctx, occurred_at, payload::jsonb from mine where payload ->> 'a' = '2'$$,
    $$values ('0190a000-0000-7000-8000-00000000000a'::uuid, '{"actor": "tester"}'::jsonb, '2024-01-02 03:04:05+00'::timestamptz, '{"a": 2, "b": "b", "c": "1.5"}'::jsonb)$$,
    'account, context, business time and payload are kept');
select is((select count(distinct xid) from mine), 1::bigint, 'one transaction');
select is((select xid from mine limit 1), pg_current_xact_id(), 'is this one');
select ok((select bool_and(recorded_at between now() and clock_timestamp()) from mine), 'recorded_at is the clock, not the start of the transaction');
select ok((select bool_and(occurred_at = recorded_at or recorded_at - occurred_at < interval '1 s') from mine where payload ->> 'a' <> '2'), 'it happened now unless said otherwise');
select is((select version from bus.aggregate_heads where aggregate_type = 'test_thing' and aggregate_id = 'x'), 2::bigint, 'the head is the newest version');

savepoint s;
select bus.fn_emit_domain_event('test.thing_done', 'x', '{"a": 9, "b": "b"}');
select is((select xid from mine where payload ->> 'a' = '9'), pg_current_xact_id(), 'in a subtransaction xid is still the top-level transaction');
rollback to s;
select lives_ok($$select bus.fn_emit_domain_event('test.thing_done', 'x', '{"a": 4, "b": "b"}')$$, 'after a rollback');
select is((select aggregate_version::bigint from mine where payload ->> 'a' = '4'), 3::bigint, 'versions have no gap, though ids do');

select throws_ok($$select bus.fn_emit_domain_event('test.nothing', 'x', '{}')$$, 'TB002', null, 'an undeclared type');
select throws_ok($$select bus.fn_emit_domain_event('test.thing_done', 'x', '{"a": 1}')$$, 'TB001', 'argument p_payload of event test.thing_done lacks b', 'a missing field is named');
select throws_ok($$select bus.fn_emit_domain_event('test.thing_done', 'x', null)$$, 'TB001', null, 'no payload');
select throws_ok($$select bus.fn_emit_domain_event('test.thing_done', null, '{"a": 1, "b": "b"}')$$, 'TB001', null, 'no aggregate');
select throws_ok($$select bus.fn_emit_domain_event('test.thing_done', 'x', '["a", "b"]')$$, '23514', null, 'a payload is an object');
select throws_ok($$select bus.fn_emit_domain_event('test.thing_done', 'x', '{"a": 1, "b": "b"}', p_ctx => '{"x": 1}')$$, 'TB001', null, 'the context is checked');
select throws_ok($$select bus.fn_emit_domain_event('test.thing_done', 'x', '{"a": 1, "b": "b"}', p_ctx => '"x"')$$, 'TB001', null, 'whatever it is');
select lives_ok($$select bus.fn_emit_domain_event('test.thing_done', 'z', '{"a": 5, "b": "b"}', p_ctx => '{"fence": 7, "stale_fence": true}')$$,
    'what the emitting function says of it is kept');
select is((select ctx from mine where aggregate_id = 'z'), '{"fence": 7, "stale_fence": true}', 'with it');

select * from finish();
rollback;
