begin;
select plan(8);

select bus.fn_declare_event_type('test.thing_done', 'test', 'test_thing', 'A thing was done.', '{"required": {"a": "integer"}}');

select is(bus._emit_versioned('test.thing_done', 'x', 7, '{"a": 1}', null, '0190a000-0000-7000-8000-000000000001', null, null),
    '0190a000-0000-7000-8000-000000000001', 'an event with the version that the caller''s row carries');
select is(substring(bus._emit_versioned('test.thing_done', 'x', 8, '{"a": 1}', null, null, null, null)::text from 15 for 1), '7', 'without an id it gets a time-ordered one');
select results_eq($$select aggregate_version::bigint from bus.domain_events where aggregate_type = 'test_thing' order by id$$, array[7, 8]::bigint[], 'in order');
select is_empty($$select 1 from bus.aggregate_heads where aggregate_type = 'test_thing'$$, 'no head is kept beside the caller''s row');
select throws_ok($$select bus._emit_versioned('test.thing_done', 'x', 8, '{"a": 1}', null, null, null, null)$$, '23505', null, 'a version cannot be used twice');
select throws_ok($$select bus._emit_versioned('test.thing_done', 'x', 0, '{"a": 1}', null, null, null, null)$$, '23514', null, 'versions start at 1');
select throws_ok($$select bus._emit_versioned('test.thing_done', 'x', 9, '{}', null, null, null, null)$$, 'TB001', null, 'a payload needs its fields');
select throws_ok($$select bus._emit_versioned('test.nothing', 'x', 9, '{}', null, null, null, null)$$, 'TB002', null, 'a type is declared');

select * from finish();
rollback;
