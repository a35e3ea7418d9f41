begin;
select plan(16);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
begin
    perform ref.fn_register_currency(c, c, 'other') from unnest(array['USDT', 'BTC']) as c;
    perform ref.fn_register_venue('tap', 'Test venue');
    perform ref.fn_register_instrument(pg_temp.u('perp'), 'tap', 'BTCUSDT', 'perp', 'BTC', 'USDT');
    perform trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'paper', 'netting', 1000);
    perform trading.fn_configure_bot(pg_temp.u('account'), pg_temp.u('b1'), pg_temp.u('b1'), 'b1', 'running', null, null, 'test');
end
$$;
create function pg_temp.trip(p_event text, p_account text, p_bot text, p_action text, p_value numeric default 12) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.halted, r.conflict_field)
      from trading.fn_trip_breaker(pg_temp.u(p_account), pg_temp.u(p_event), pg_temp.u(p_bot), 'drawdown', 'max_drawdown', 10, p_value, p_action, 'why', 'watch') as r
$$;
create function pg_temp.submit(p_order text) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.refusal_code)
      from trading.fn_submit_order(pg_temp.u('account'), pg_temp.u(p_order), pg_temp.u('perp'), 'buy', 'limit', 1, 100, null, 'gtc') as r
$$;

select is(pg_temp.trip('t1', 'account', null, 'none'), 'created', 'a trip that does nothing');
select is(pg_temp.submit('o1'), 'created', 'stops nothing');
select is(pg_temp.trip('t1', 'account', null, 'none'), 'replayed', 'it is recorded once');
select is(pg_temp.trip('t1', 'account', null, 'halt'), 'conflict action', 'another action is a conflict');
select is(pg_temp.submit('o2'), 'created', 'that halts nothing');
select is(pg_temp.trip('t1', 'account', null, 'none', 13), 'conflict value', 'another value too');
select is(pg_temp.trip('t2', 'account', null, 'halt'), 'created t', 'a trip that halts the account');
select is(pg_temp.submit('o3'), 'refused halted', 'stops it');
select is((select string_agg(split_part(e.event_type, '.', 2), ', ' order by e.id) from bus.domain_events as e
            where e.aggregate_id = pg_temp.u('account')::text and e.xid = pg_current_xact_id() and e.event_type ~ 'halted|tripped'),
    'account_breaker_tripped, account_halted, account_breaker_tripped', 'trip and halt are events');
select is((select r.outcome from trading.fn_risk_events(pg_temp.u('account')) as e,
                  trading.fn_resume(pg_temp.u('account'), e.halt_id, 'over', 'bob') as r where e.event_id = pg_temp.u('t2')), 'created', 'whoever knows the trip resumes its halt');
select is(pg_temp.submit('o4'), 'created', 'and the account trades on');
select is(pg_temp.trip('t2', 'account', null, 'halt'), 'replayed f', 'a repetition does not halt again, and says so');
select is(pg_temp.trip('t3', 'account', 'b1', 'halt') || ', ' || pg_temp.trip('t4', null, null, 'halt'), 'created t, created t', 'a bot, and all trading');
select results_eq($$ select h.scope from trading.fn_risk_status(pg_temp.u('account')) as h $$, $$ values ('global'), ('bot') $$, 'are halted each');
select throws_ok($$ select pg_temp.trip('t5', 'account', 'none', 'none') $$, 'TB002', null, 'an unknown bot');
select throws_ok($$ select pg_temp.trip('t5', null, 'b1', 'none') $$, 'TB001', null, 'a bot without its account');

select * from finish();
rollback;
