begin;
select plan(15);

create temporary table since as select coalesce(max(id), 0) + 1 as id from bus.domain_events;

-- What core and ref emit keeps their own contracts.
select settings.fn_set('0190a000-0000-7000-8000-000000000001', 'test.key', '[1]', 'x');
select settings.fn_set('0190a000-0000-7000-8000-000000000002', 'test.key', 'null', 'x');
select settings.fn_rollback('0190a000-0000-7000-8000-000000000003', 'test.key', 1, 'x');
select settings.fn_set_coin('TESTUSD', 'TEST', 'USD', true);
select settings._grant_account_initial('0190a000-0000-7000-8000-00000000000a', null);
select settings.fn_grant_account('0190a000-0000-7000-8000-00000000000a', session_user, '{}');
select ops.fn_open_session('0190a000-0000-7000-8000-000000000001', 'bot', '1.0', 'host-a', 42);
select ops.fn_close_session('0190a000-0000-7000-8000-000000000001', 'done');
select ref.fn_register_currency(c, c, 'crypto') from unnest(array['TSTA', 'TSTB']) as c;
select ref.fn_register_venue('test_venue', 'Test venue');
select ref.fn_register_instrument('0190a000-0000-7000-8000-000000000001', 'test_venue', 'X', 'spot', 'TSTA', 'TSTB', p_tick_size => 0.10);
select is((select count(distinct event_type) from bus.domain_events where id >= (select id from since)), 9::bigint, 'every type of core and ref was emitted');
select is_empty('select * from bus.fn_check_contracts((select id from since))', 'and keeps its contract');

select bus.fn_declare_event_type('test.thing_done', 'test', 'test_thing', 'A thing was done.',
    '{"required": {"a": "integer"}, "optional": {"d": "decimal", "u": "uuid", "t": "timestamp", "b": "boolean", "o": "object", "l": "array", "s": "string", "n": "number", "x": "any"}}');
create function pg_temp.found(p_payload jsonb) returns text language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_id constant uuid := bus.fn_emit_domain_event('test.thing_done', 'x', p_payload);
begin
    return (select string_agg(f.field || ' ' || f.problem, '; ')
              from bus.fn_check_contracts((select e.id from bus.domain_events as e where e.event_id = v_id)) as f);
end $$;

select is(pg_temp.found('{"a": 1, "d": "-1.5", "u": "0190a000-0000-7000-8000-000000000001", "t": "2024-01-02T03:04:05.678+00:00", "b": true,
                          "o": {}, "l": [], "s": "", "n": 1.5, "x": null}'), null, 'a value of every type');
select is(pg_temp.found('{"a": 1, "d": null}'), null, 'an optional field may be null');
select is(pg_temp.found('{"a": null}'), 'a is a JSON null, not of type integer', 'a required one may not');
select is(pg_temp.found('{"a": 1.5}'), 'a is a JSON number, not of type integer', 'an integer has no fraction');
select is(pg_temp.found('{"a": 1, "d": 1.5}'), 'd is a JSON number, not of type decimal', 'a decimal is not a JSON number');
select is(pg_temp.found('{"a": 1, "d": "1.50"}'), 'd is a JSON string, not of type decimal', 'nor has it trailing zeros');
select is(pg_temp.found('{"a": 1, "d": "1e5"}'), 'd is a JSON string, not of type decimal', 'or an exponent');
select is(pg_temp.found('{"a": 1, "u": "x", "z": 1}'), 'u is a JSON string, not of type uuid; z is not declared', 'a field outside the contract is found');
select is(pg_temp.found(jsonb_build_object('a', 1, 't', now())), null, 'the server''s own form of a time is one');
select is(pg_temp.found('{"a": 1, "t": "yesterday"}'), 't is a JSON string, not of type timestamp', 'other words are not');
select is(pg_temp.found('{"a": 1, "o": [], "l": {}}'), 'l is a JSON object, not of type array; o is a JSON array, not of type object', 'objects and arrays differ');

select bus.fn_declare_event_type('test.thing_done', 'test', 'test_thing', 'A thing was done.', '{"required": {"q": "string"}}');
select results_eq($$select distinct problem from bus.fn_check_contracts((select id from since)) where field = 'q'$$, array['is missing'], 'a stricter contract shows what older events lack');
select throws_ok('select * from bus.fn_check_contracts(0, 0)', 'TB001', null, 'the limit is checked');

select * from finish();
rollback;
