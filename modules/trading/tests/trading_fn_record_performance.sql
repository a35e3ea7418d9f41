-- How an account did over a time: worked out once, and kept as it was known then.
begin;
select plan(41);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
create function pg_temp.fill(p_name text, p_side text, p_qty numeric, p_price numeric, p_at timestamptz, p_fee numeric default 0,
                             p_instrument text default 'perp', p_fee_currency text default null) returns text language sql as $$
    select outcome from trading.fn_record_fill(pg_temp.u('account'), pg_temp.u(p_name), pg_temp.u('order ' || p_name), pg_temp.u(p_instrument), p_side,
        p_qty, p_price, p_fee, p_fee_currency, null, null, p_filled_at => p_at)
$$;
create function pg_temp.value(p_name text, p_at timestamptz, p_price numeric) returns text language sql as $$
    select outcome from trading.fn_record_equity(pg_temp.u('account'), pg_temp.u(p_name), p_at, array[pg_temp.u('perp')], array[p_price])
$$;
create function pg_temp.record(p_name text, p_since timestamptz, p_as_of timestamptz, p_run text default null) returns text language sql as $$
    select concat_ws(' ', outcome, conflict_field)
      from trading.fn_record_performance(pg_temp.u('account'), pg_temp.u(p_name), p_since, p_as_of, pg_temp.u(p_run), '{"actor": "tap"}')
$$;
do $$
begin
    perform ref.fn_register_currency('USDT', 'Tether', 'stablecoin');
    perform ref.fn_register_currency('BTC', 'Bitcoin', 'crypto');
    perform ref.fn_register_currency('BNB', 'BNB', 'crypto');
    perform ref.fn_register_venue('tap', 'Test venue');
    perform ref.fn_register_instrument(pg_temp.u('perp'), 'tap', 'BTCUSDT', 'perp', 'BTC', 'USDT');
    perform ref.fn_register_instrument(pg_temp.u('inverse'), 'tap', 'BTCUSD', 'inverse', 'BTC', 'USDT');
    perform trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'paper', 'netting', 1000);
    perform trading.fn_start_run(pg_temp.u('account'), pg_temp.u('run'), 'paper', 's', null, null);
    -- Two trips that win 20 - 3 and 10, one that loses 30, one that is open; equity 1000, 1017, 987, 997.
    perform pg_temp.value('e1', '2024-01-01Z', 100);
    perform pg_temp.fill('1', 'buy', 2, 100, '2024-01-02Z', 1), pg_temp.fill('2', 'sell', 2, 110, '2024-01-03Z', 2);
    perform pg_temp.value('e2', '2024-01-03 12:00Z', 100);
    perform pg_temp.fill('3', 'sell', 3, 100, '2024-01-04Z'), pg_temp.fill('4', 'buy', 3, 110, '2024-01-05Z');
    perform pg_temp.value('e3', '2024-01-05 12:00Z', 110);
    perform pg_temp.fill('5', 'buy', 1, 100, '2024-01-06Z'), pg_temp.fill('6', 'sell', 1, 110, '2024-01-07Z');
    perform pg_temp.value('e4', '2024-01-07 12:00Z', 110);
    perform pg_temp.fill('7', 'buy', 1, 100, '2024-01-08Z');
    perform trading.fn_record_funding(pg_temp.u('account'), pg_temp.u('f'), pg_temp.u('perp'), '2024-01-08 08:00Z', -0.5);
end
$$;

select is(pg_temp.record('all', '2024-01-01Z', '2024-02-01Z', 'run'), 'created', 'a time is told of');
select results_eq(
    $$select fills, fees, funding, realized_net, roundtrips, won, lost, gross_profit, gross_loss from trading.fn_performance(pg_temp.u('account'))$$,
    $$values (7::bigint, 3::numeric, -0.5, -3.5, 3::bigint, 2::bigint, 1::bigint, 27::numeric, -30::numeric)$$, 'fills, fees, funding and round trips');
select results_eq(
    $$select win_rate, profit_factor, equity_first, equity_last, return_rate, drawdown, drawdown_rate, complete
        from trading.fn_performance(pg_temp.u('account'))$$,
    $$values (0.666666666666666667, 0.9, 1000::numeric, 997::numeric, -0.003, 30::numeric, 0.029498525073746313, true)$$, 'and what follows from them');
select results_eq(
    $$select p.realized_net from trading.fn_performance(pg_temp.u('account')) as p$$,
    $$select p.realized_net from trading.fn_pnl(pg_temp.u('account'), 'total', '2024-01-01Z', '2024-02-01Z') as p$$, 'the result is that of the pnl');

select is(pg_temp.record('part', '2024-01-03 12:00Z', '2024-01-07Z'), 'created', 'a part of it');
select results_eq(
    $$select fills, realized_net, roundtrips, won, win_rate, profit_factor, equity_first, equity_last, run_id
        from trading.fn_performance(pg_temp.u('account')) where snapshot_id = pg_temp.u('part')$$,
    $$values (3::bigint, -30::numeric, 1::bigint, 0::bigint, 0::numeric, 0::numeric, 1017::numeric, 987::numeric, null::uuid)$$,
    'from the first moment on, before the second');
select is(pg_temp.record('none', '2023-01-01Z', '2023-02-01Z'), 'created', 'a time without business');
select results_eq(
    $$select fills, roundtrips, win_rate, profit_factor, equity_first, return_rate, drawdown from trading.fn_performance(pg_temp.u('account'))
       where snapshot_id = pg_temp.u('none')$$,
    $$values (0::bigint, 0::bigint, null::numeric, null::numeric, 1000::numeric, null::numeric, null::numeric)$$, 'has nothing to divide by');

select is(pg_temp.fill('8', 'sell', 1, 90, '2024-01-09Z'), 'created', 'a fill comes late');
select is(pg_temp.record('all', '2024-01-01Z', '2024-02-01Z', 'run'), 'replayed', 'the same time again is a replay');
select is((select p.realized_net from trading.fn_performance(pg_temp.u('account'), pg_temp.u('run')) as p), -3.5, 'and tells what was known then');
select is(pg_temp.record('all', '2024-01-01Z', '2024-02-02Z', 'run') || ', ' || pg_temp.record('all', '2024-01-02Z', '2024-02-01Z', 'run') || ', '
          || pg_temp.record('all', '2024-01-01Z', '2024-02-01Z'), 'conflict as_of, conflict since, conflict run_id', 'another time or run is a conflict');

select is(pg_temp.fill('9', 'buy', 1, 20000, '2024-03-01Z', 0, 'inverse') || pg_temp.fill('10', 'buy', 1, 100, '2024-03-01Z', 1, 'perp', 'BNB')
          || pg_temp.value('e5', '2024-03-02Z', 100), 'createdcreatedcreated', 'what cannot be added up');
select is(pg_temp.record('holes', '2024-03-01Z', '2024-04-01Z'), 'created', 'is told of');
select results_eq(
    $$select fills, complete, missing, equity_first from trading.fn_performance(pg_temp.u('account'), p_limit => 1)$$,
    $$values (2::bigint, false, '{fee:BNB,mark:tap/BTCUSD/inverse,rate:BNB,rate:BTC}'::text[], 997::numeric)$$, 'by name');
select is((select string_agg(e.payload ->> 'realized_net', ' ' order by e.id) from bus.domain_events as e
            where e.event_type = 'trading.performance_recorded' and e.xid = pg_current_xact_id()), '-3.5 -30 0 0', 'each has its event');
select throws_ok($$ select pg_temp.record('backwards', '2024-02-01Z', '2024-02-01Z') $$, 'TB001', null, 'a time has a length');

-- What came and went is no result, and earns for as long as it is there.
create function pg_temp.cash(p_entry text, p_kind text, p_amount numeric, p_at timestamptz, p_currency text default 'USDT') returns text language sql as $$
    select outcome from trading.fn_record_cash(pg_temp.u('flows'), pg_temp.u(p_entry), p_kind, p_currency, p_amount, p_at, 'r')
$$;
create function pg_temp.point(p_name text, p_at timestamptz, p_rate numeric default null) returns numeric language sql as $$
    select equity from trading.fn_record_equity(pg_temp.u('flows'), pg_temp.u(p_name), p_at, '{}', '{}',
        p_currencies => case when p_rate is null then '{}' else array['BTC'] end, p_rates => case when p_rate is null then '{}' else array[p_rate] end)
$$;
create function pg_temp.made(p_since timestamptz, p_as_of timestamptz) returns text language sql as $$
    select concat_ws(' ', p.equity_first, p.equity_last, 'flows', p.flows, 'pnl', p.pnl, 'return', p.return_rate, 'drawdown', p.drawdown, p.drawdown_rate,
                     'points', p.points, case when p.missing <> '{}' then p.missing end)
      from trading.fn_measure_performance(pg_temp.u('flows'), p_since, p_as_of) as p
$$;
select is((select outcome from trading.fn_open_account(pg_temp.u('flows'), 'flows', 'tap', 'USDT', 'paper', 'netting', 1000)), 'created', 'another account');
select is(pg_temp.made(null, null), '1000 flows 0 pnl return drawdown points 0 {last}', 'nothing is known of it');
select is(pg_temp.point('q1', '2024-01-01Z'), 1000::numeric, 'a point');
select is(pg_temp.made(null, null), '1000 1000 flows 0 pnl 0 return 0 drawdown 0 0 points 1', 'the opening balance earned nothing');
select is(pg_temp.cash('gain', 'interest', 18, '2024-01-02Z') || pg_temp.cash('in', 'deposit', 500, '2024-01-03Z'), 'createdcreated', 'a result and a deposit');
select is(pg_temp.point('q2', '2024-01-05Z'), 1518::numeric, 'a second point');
select is(pg_temp.made('2024-01-01Z', '2024-01-05Z'), '1000 1518 flows 500 pnl 18 return 0.0144 drawdown 0 0 points 1', '18 / (1000 + 500 * 2 days of 4)');
select is(pg_temp.cash('loss', 'fee', -50, '2024-01-06Z') || pg_temp.cash('out', 'withdrawal', -468, '2024-01-07Z'), 'createdcreated', 'a loss and a withdrawal');
select is(pg_temp.point('q3', '2024-01-07Z'), 1000::numeric, 'a third point');
select is(pg_temp.made('2024-01-05Z', '2024-01-07Z'), '1518 1000 flows -468 pnl -50 return -0.032938076416337286 drawdown 50 0.032938076416337286 points 1',
    'what left at the end earned all the time');
select is(pg_temp.made('2024-01-01Z', '2024-01-07Z'), '1000 1000 flows 32 pnl -32 return -0.019012384716732543 drawdown 50 0.032938076416337286 points 2',
    'returns are linked: 1.0144 * (1 - 50 / 1518); the drawdown is from the height');
select is(pg_temp.made('2024-01-06Z', '2024-01-08Z'), pg_temp.made('2024-01-05Z', '2024-01-07Z'), 'equity is measured from point to point');
select is(pg_temp.cash('coin', 'transfer', 1, '2024-01-08T12:00Z', 'BTC'), 'created', 'another currency');
select is(pg_temp.point('q4', '2024-01-09Z'), 1000::numeric, 'a point without its rate');
select is(pg_temp.made('2024-01-07Z', '2024-01-09Z'), '1000 1000 flows 0 pnl 0 return 0 drawdown 0 0 points 1 {rate:BTC}', 'leaves it out, and says so');
select is(pg_temp.point('q5', '2024-01-09Z', 2000), 3000::numeric, 'the point of that time again, with the rate');
select is(pg_temp.made('2024-01-07Z', '2024-01-09Z'), '1000 3000 flows 2000 pnl 0 return 0 drawdown 0 0 points 1', 'the latest of a time counts');
select is(pg_temp.cash('all', 'withdrawal', -1000, '2024-01-10Z') || pg_temp.cash('coin out', 'transfer', -1, '2024-01-10Z', 'BTC'), 'createdcreated', 'all is taken out');
select is(pg_temp.point('q6', '2024-01-11Z', 2000) + pg_temp.point('q7', '2024-01-12Z', 2000), 0::numeric, 'and nothing is left');
select is(pg_temp.made('2024-01-09Z', '2024-01-12Z'), '3000 0 flows -3000 pnl 0 return drawdown 0 points 2 {return}', 'to earn on');
select is(pg_temp.made('2024-01-04Z', '2024-01-05Z'), '1000 1518 flows 500 pnl 18 return 0.0144 drawdown 0 0 points 1', 'the point before a time begins it');
select is(pg_temp.cash('early', 'interest', 1, '2023-12-01Z'), 'created', 'something before the first point');
select is(pg_temp.made('2023-12-31Z', '2024-01-05Z'), '1000 1518 flows 500 pnl 18 return 0.0144 drawdown 0 0 points 1 {first}', 'then the first point begins it');
select throws_ok($$ select pg_temp.made('2024-01-05Z', '2024-01-05Z') $$, 'TB001', null, 'a time has a length, here too');

select * from finish();
rollback;
