begin;
select plan(15);

prepare declare_a as select bus.fn_declare_event_type('test.thing_done', 'test', 'test_thing', 'A thing was done.', '{"required": {"b": "any", "a": "uuid"}}');
select results_eq('declare_a', array['created'], 'a new type');
create temporary table before as select ctid as place, declared_at from bus.domain_event_type where event_type = 'test.thing_done';
select results_eq('declare_a', array['replayed'], 'the same text again');
select results_eq($$select ctid, declared_at from bus.domain_event_type where event_type = 'test.thing_done'$$, 'select * from before', 'writes nothing');
select is((select required from bus.domain_event_type where event_type = 'test.thing_done'), array['a', 'b'], 'the required fields are kept for the check');
select is(bus.fn_declare_event_type('test.thing_done', 'test', 'test_thing', 'A thing was done well.', '{"required": {"a": "uuid"}}'), 'changed', 'text and contract may change');
select is((select required from bus.domain_event_type where event_type = 'test.thing_done'), array['a'], 'and the check with them');

select throws_ok($$select bus.fn_declare_event_type('test.thing_done', 'test', 'other', 'x', '{}')$$, 'TB001', null, 'the aggregate may not');
select throws_ok($$select bus.fn_declare_event_type('test.thing_done', 'other', 'test_thing', 'x', '{}')$$, 'TB001', null, 'nor the module');
select throws_ok($$select bus.fn_declare_event_type('Thing', 'test', 'x', 'x', '{}')$$, 'TB001', null, 'a name has a schema');
select throws_ok($$select bus.fn_declare_event_type('test.y', 'test', 'x', null, '{}')$$, 'TB001', null, 'a type is described');
select throws_ok($$select bus.fn_declare_event_type('test.y', 'test', 'x', 'x', '[]')$$, 'TB001', null, 'a contract is an object');
select throws_ok($$select bus.fn_declare_event_type('test.y', 'test', 'x', 'x', '{"needed": {}}')$$, 'TB001', null, 'of required and optional');
select throws_ok($$select bus.fn_declare_event_type('test.y', 'test', 'x', 'x', '{"required": ["a"]}')$$, 'TB001', null, 'each with named fields');
select throws_ok($$select bus.fn_declare_event_type('test.y', 'test', 'x', 'x', '{"required": {"a": "float"}}')$$, 'TB001', null, 'of known types');
select throws_ok($$select bus.fn_declare_event_type('test.y', 'test', 'x', 'x', null)$$, 'TB001', null, 'and is there');

select * from finish();
rollback;
