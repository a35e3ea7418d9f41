begin;
select plan(7);

select results_eq($$select * from settings.fn_set_coin('TESTUSD', 'TEST', 'USD', true)$$, $$values ('created', 1::bigint)$$, 'a coin is added');
select results_eq($$select * from settings.fn_set_coin('TESTUSD', 'TEST', 'USD', true)$$, $$values ('replayed', 1::bigint)$$, 'once');
select results_eq($$select * from settings.fn_set_coin('TESTUSD', 'TEST', 'USD', false)$$, $$values ('created', 2::bigint)$$, 'and disabled');
select results_eq($$select enabled, version from settings.coin_universe where symbol = 'TESTUSD'$$, $$values (false, 2::bigint)$$, 'as its row says');
select results_eq($$select aggregate_version::bigint, payload ->> 'enabled' from bus.domain_events where event_type = 'settings.coin_changed' and aggregate_id = 'TESTUSD' order by id$$,
    $$values (1::bigint, 'true'), (2, 'false')$$, 'an event for each change');
select throws_ok($$select settings.fn_set_coin('', 'TEST', 'USD', true)$$, 'TB001', null, 'a symbol is not blank');
select throws_ok($$select settings.fn_set_coin('TESTUSD', 'TEST', 'USD', null)$$, 'TB001', null, 'enabled is true or false');

select * from finish();
rollback;
