begin;
select plan(9);

select results_eq($$select * from ref.fn_register_currency('TST', 'Test coin', 'crypto', '{"actor": "tester"}')$$, $$values ('created', 'TST', null::text)$$, 'a currency');
select results_eq($$select * from ref.fn_register_currency('TST', 'Test coin', 'crypto')$$, $$values ('replayed', 'TST', null::text)$$, 'once');
select results_eq($$select * from ref.fn_register_currency('TST', 'Other', 'crypto')$$, $$values ('conflict', 'TST', 'name')$$, 'under one name');
select results_eq($$select * from ref.fn_register_currency('TST', 'Test coin', 'fiat')$$, $$values ('conflict', 'TST', 'kind')$$, 'of one kind');
select results_eq($$select event_type, aggregate_version::bigint, payload::jsonb, ctx from bus.domain_events where aggregate_type = 'currency' and aggregate_id = 'TST'$$,
    $$values ('ref.currency_registered', 1::bigint, '{"code": "TST", "name": "Test coin", "kind": "crypto"}'::jsonb, '{"actor": "tester"}'::jsonb)$$, 'one event');
select throws_ok($$select ref.fn_register_currency('tst', 'x', 'crypto')$$, 'TB001', null, 'a code is upper-case');
select throws_ok($$select ref.fn_register_currency(null, 'x', 'crypto')$$, 'TB001', null, 'and is there');
select throws_ok($$select ref.fn_register_currency('TST', 'x', 'shell')$$, 'TB001', null, 'a kind is known');
select throws_ok($$select ref.fn_register_currency('TST', null, 'crypto')$$, 'TB001', null, 'a name is needed');

select * from finish();
rollback;
