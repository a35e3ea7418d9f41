begin;
select plan(6);

select results_eq($$select * from ref.fn_register_venue('test_venue', 'Test venue')$$, $$values ('created', 'test_venue', null::text)$$, 'a venue');
select results_eq($$select * from ref.fn_register_venue('test_venue', 'Test venue')$$, $$values ('replayed', 'test_venue', null::text)$$, 'once');
select results_eq($$select * from ref.fn_register_venue('test_venue', 'Other')$$, $$values ('conflict', 'test_venue', 'name')$$, 'under one name');
select results_eq($$select event_type, aggregate_version::bigint from bus.domain_events where aggregate_type = 'venue' and aggregate_id = 'test_venue'$$,
    $$values ('ref.venue_registered', 1::bigint)$$, 'one event');
select throws_ok($$select ref.fn_register_venue('Test', 'x')$$, 'TB001', null, 'a code is lower-case');
select throws_ok($$select ref.fn_register_venue('test_venue', ' ')$$, 'TB001', null, 'a name is not blank');

select * from finish();
rollback;
