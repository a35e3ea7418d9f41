begin;
select plan(19);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
begin
    perform ref.fn_register_currency('USDT', 'Tether', 'stablecoin');
    perform ref.fn_register_currency('BTC', 'Bitcoin', 'crypto');
    perform ref.fn_register_currency('BNB', 'BNB', 'crypto');
    perform ref.fn_register_venue('tap', 'Test venue');
    perform ref.fn_register_instrument(pg_temp.u('spot'), 'tap', 'BTCUSDT', 'spot', 'BTC', 'USDT', null, 0.01, 0.0001);
    perform ref.fn_register_instrument(pg_temp.u('perp'), 'tap', 'BTCUSDT', 'perp', 'BTC', 'USDT');
    perform ref.fn_register_instrument(pg_temp.u('inverse'), 'tap', 'BTCUSD', 'inverse', 'BTC', 'USDT');
    perform trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'paper', 'netting', 1000);
end
$$;

create function pg_temp.sqlstate_of(p_sql text) returns text language plpgsql as $$
begin
    execute p_sql;
    return '00000';
exception
    when others then
        return sqlstate;
end
$$;
do $$
begin
    perform trading.fn_submit_order(pg_temp.u('account'), pg_temp.u('o1'), pg_temp.u('spot'), 'buy', 'limit', 2, 100, null, null,
                                    p_idempotency_key => 'key 1');
    perform trading.fn_acknowledge_order(pg_temp.u('account'), pg_temp.u('o1'), pg_temp.u('a1'), 'X1', now());
    perform trading.fn_submit_order(pg_temp.u('account'), pg_temp.u('o2'), pg_temp.u('spot'), 'sell', 'limit', 1, 100.001, null, null);
    perform trading.fn_record_fill(pg_temp.u('account'), pg_temp.u('f1'), pg_temp.u('o1'), pg_temp.u('spot'), 'buy', 1, 99, 0.5, 'USDT', 'maker', 'T1',
                                   p_filled_at => now());
    perform trading.fn_record_fill(pg_temp.u('account'), pg_temp.u('f2'), pg_temp.u('o3'), pg_temp.u('inverse'), 'sell', 100, 100, 0, null, null, 'T2',
                                   p_filled_at => now());
    perform trading.fn_record_equity(pg_temp.u('account'), pg_temp.u('p1'), '2024-01-01Z', array[pg_temp.u('spot'), pg_temp.u('inverse')], array[100, 100]);
end
$$;

select is((select (s.name, s.orders, s.fills, s.open_positions, s.realized_pnl, s.fees, s.unconverted, s.balance, s.unrealized_pnl, s.equity, s.equity_complete)::text
             from trading.fn_account_summary(pg_temp.u('account')) as s),
    '(tap,3,2,2,-0.5,0.5,{BTC},999.5,1,1000.5,f)', 'fn_account_summary');
select is((select count(*) from trading.fn_account_summary() as s where s.account_id = pg_temp.u('account')), 1::bigint, 'it is among all that may be read');
select results_eq($$ select p.symbol, p.kind, p.qty, p.avg_price, p.realized_pnl, p.currency, p.cycle from trading.fn_positions(pg_temp.u('account')) as p $$,
    $$ values ('BTCUSD', 'inverse', -100::numeric, 100::numeric, 0::numeric, 'BTC', 1::bigint), ('BTCUSDT', 'spot', 1, 99, -0.5, 'USDT', 1) $$, 'fn_positions');
select is((select count(*) from trading.fn_orders(pg_temp.u('account'))), 3::bigint, 'fn_orders');
select is((select (o.status, o.cum_qty, o.leaves_qty, o.avg_fill_price)::text from trading.fn_orders(pg_temp.u('account'), '{partially_filled}') as o
            where o.origin = 'local'), '(partially_filled,1,1,99)', 'fn_orders by status of open orders');
select is((select o.refusal_code from trading.fn_orders(pg_temp.u('account'), '{denied,filled}') as o), 'tick_size', 'fn_orders by other statuses');
select is((select count(*) from trading.fn_orders(pg_temp.u('account'), null, 2)), 2::bigint, 'fn_orders with a limit');
select throws_ok($$ select trading.fn_orders(pg_temp.u('account'), '{open}') $$, 'TB001', null, 'unknown status');
select throws_ok($$ select trading.fn_orders(pg_temp.u('account'), null, 0) $$, 'TB001', null, 'no limit');
select is((select o.order_id from trading.fn_orders(pg_temp.u('account'), p_order_id => pg_temp.u('o1')) as o), pg_temp.u('o1'), 'fn_orders by id');
select is((select o.order_id from trading.fn_orders(pg_temp.u('account'), p_idempotency_key => 'key 1') as o), pg_temp.u('o1'), 'fn_orders by idempotency key');
select is((select o.order_id from trading.fn_orders(pg_temp.u('account'), p_exchange_order_id => 'X1') as o), pg_temp.u('o1'), 'fn_orders by the venue''s number');
select is((select count(*) from trading.fn_orders(pg_temp.u('account'), '{filled}', p_exchange_order_id => 'X1')), 0::bigint, 'and status');
select is((select count(*) from trading.fn_orders(pg_temp.u('account'), p_order_id => pg_temp.u('none'))), 0::bigint, 'an unknown id finds nothing');
select throws_ok($$ select trading.fn_orders(pg_temp.u('account'), p_order_id => pg_temp.u('o1'), p_exchange_order_id => 'X1') $$, 'TB001', null,
    'one way to look up at a time');
select is((select count(*) from trading.trades as t where t.account_id = pg_temp.u('account')), 2::bigint, 'trading.trades');
select is((select count(*) from trading.v_orders_open as o where o.account_id = pg_temp.u('account')), 2::bigint, 'trading.v_orders_open');

-- Without rights nothing is done and nothing is seen.
update settings.account_grants set rights = '{}' where account_id = pg_temp.u('account');
select is((select count(*) from trading.fn_account_summary() as s where s.account_id = pg_temp.u('account')), 0::bigint, 'an account without the right to read is left out');
select is(
    (select string_agg(c.call, ', ')
       from unnest(array[
            'fn_account_summary(%1$L)', 'fn_positions(%1$L)', 'fn_fills(%1$L)', 'fn_pnl(%1$L)', 'fn_equity(%1$L)', 'fn_cash(%1$L)', 'fn_orders(%1$L)', 'fn_load_state(%1$L, ''bot'')',
            'fn_open_account(%1$L, ''tap'', ''tap'', ''USDT'', ''paper'', ''netting'', 1000)',
            'fn_start_run(%1$L, %1$L, ''paper'', ''s'', null, null)', 'fn_finish_run(%1$L, %1$L, ''failed'')',
            'fn_submit_order(%1$L, %1$L, %1$L, ''buy'', ''market'', 1, null, null, null)',
            'fn_record_order_event(%1$L, %1$L, %1$L, ''cancel'', null, null, now())',
            'fn_acknowledge_order(%1$L, %1$L, %1$L, null, now())', 'fn_reject_order(%1$L, %1$L, %1$L, null, now())',
            'fn_request_cancel(%1$L, %1$L, %1$L, null, now())', 'fn_cancel_order(%1$L, %1$L, %1$L, null, now())',
            'fn_expire_order(%1$L, %1$L, %1$L, null, now())', 'fn_trigger_order(%1$L, %1$L, %1$L, now())',
            'fn_reject_cancel(%1$L, %1$L, %1$L, null, now())', 'fn_request_replace(%1$L, %1$L, %1$L, 1, null, null, null, now())',
            'fn_replace_order(%1$L, %1$L, %1$L, 1, null, null, null, now())', 'fn_reject_replace(%1$L, %1$L, %1$L, null, now())',
            'fn_doubt_order(%1$L, %1$L, %1$L, null, now())', 'fn_resolve_order(%1$L, %1$L, %1$L, ''reject'', ''why'')',
            'fn_import_order(%1$L, %1$L, %1$L, ''buy'', ''market'', 1, null, null, null, null)',
            'fn_record_fill(%1$L, %1$L, %1$L, %1$L, ''buy'', 1, 1, 0, null, null, null, p_filled_at => now())',
            'fn_record_fills(%1$L, ''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{}'')',
            'fn_record_equity(%1$L, %1$L, now(), ''{}'', ''{}'')', 'fn_close_account(%1$L, ''r'')',
            'fn_record_cash(%1$L, %1$L, ''deposit'', ''USDT'', 1, now())', 'fn_record_funding(%1$L, %1$L, %1$L, now(), 1)', 'fn_save_state(%1$L, %1$L, ''bot'', now(), ''1'')',
            'fn_reconcile(%1$L, %1$L, ''{"fills": []}'', now())', 'fn_reconcile(%1$L, %1$L, ''{"fills": []}'', now(), true)',
            'fn_halt(%1$L, ''account'', %1$L, null, ''r'', ''a'')', 'fn_resume(%1$L, %1$L, ''r'', ''a'')', 'fn_risk_status(%1$L)',
            'fn_set_cap(%1$L, ''bot'', %1$L, %1$L, ''USDT'', 1, null, ''r'', ''a'')', 'fn_caps(%1$L)', 'fn_check_caps(%1$L)',
            'fn_set_threshold(%1$L, %1$L, null, ''n'', 1, ''u'', ''r'', ''a'')', 'fn_thresholds(%1$L)',
            'fn_trip_breaker(%1$L, %1$L, null, ''b'', null, null, null, ''none'', ''r'', ''a'')', 'fn_risk_events(%1$L)',
            'fn_move_account(%1$L, %1$L, ''copy'', ''there'')', 'fn_take_rows(%1$L, %1$L, ''fills'', ''[]'')',
            'fn_configure_bot(%1$L, %1$L, %1$L, ''b'', ''running'', null, null, ''r'')', 'fn_bots(%1$L)', 'fn_bot_config(%1$L, %1$L)',
            'fn_request_order(%1$L, %1$L, %1$L, ''buy'', ''market'', 1, null, null, null, ''10s'')', 'fn_request_change(%1$L, %1$L, ''cancel'', %1$L, ''10s'')',
            'fn_claim_intents(%1$L, %1$L, ''e'')', 'fn_submit_intent(%1$L, %1$L)', 'fn_decline_intent(%1$L, %1$L, ''e'', ''r'')', 'fn_intents(%1$L)',
            'fn_command_bot(%1$L, %1$L, %1$L, ''pause'', null, ''10s'', ''r'', ''a'')', 'fn_commands(%1$L)', 'fn_acknowledge_command(%1$L, %1$L, ''done'', ''b'')',
            'fn_record_bot_event(%1$L, %1$L, null, ''k'', ''info'', ''m'', null, now())', 'fn_bot_events(%1$L)',
            'fn_save_strategy_state(%1$L, %1$L, 1, %1$L, ''s'', ''1'')', 'fn_strategy_state(%1$L, %1$L)',
            'fn_record_signal(%1$L, %1$L, null, %1$L, ''s'', ''long'', null, null, null, null, now())', 'fn_signals(%1$L)',
            'fn_acquire_lease(%1$L, %1$L, %1$L, ''h'', ''10s'')', 'fn_renew_lease(%1$L, %1$L, 1, %1$L, ''10s'')', 'fn_release_lease(%1$L, %1$L, 1)',
            'fn_increment_fence(%1$L, %1$L, %1$L, ''r'', ''a'')', 'fn_start_deploy(%1$L, %1$L, %1$L, ''i'', ''{}'', ''r'', ''a'')',
            'fn_advance_deploy(%1$L, %1$L, %1$L, ''starting'', ''r'', ''a'')', 'fn_compare_shadow(%1$L, %1$L)', 'fn_deploys(%1$L)', 'fn_deploy_steps(%1$L, %1$L)',
            'fn_record_shadow_order(%1$L, %1$L, %1$L, %1$L, ''buy'', ''market'', 1, null, null, null, now())',
            'fn_record_decision(%1$L, %1$L, ''error'', ''{}'', now())', 'fn_decisions(%1$L)',
            'fn_record_performance(%1$L, %1$L, ''2024-01-01Z'', now())', 'fn_performance(%1$L)', 'fn_measure_performance(%1$L)']) as c (call)
      where pg_temp.sqlstate_of('select trading.' || format(c.call, pg_temp.u('account'))) <> '42501'),
    null, 'every function refuses with 42501');

select * from finish();
rollback;
