begin;
select plan(24);

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

-- The events of an aggregate: short names in order, each with its version.
create function pg_temp.events(p_aggregate_id text) returns text language sql as $$
    select string_agg(split_part(e.event_type, '.', 2) || ' ' || e.aggregate_version, ', ' order by e.id)
      from bus.domain_events as e
     where e.aggregate_id = p_aggregate_id and e.xid = pg_current_xact_id()
$$;

create function pg_temp.fill(p_fill text, p_instrument text, p_side text, p_qty numeric, p_price numeric, p_fee numeric default 0,
                             p_at timestamptz default '2024-01-01Z') returns void language sql as $$
    select from trading.fn_record_fill(pg_temp.u('account'), pg_temp.u(p_fill), pg_temp.u('o' || p_fill), pg_temp.u(p_instrument), p_side,
                                       p_qty, p_price, p_fee, null, null, null, p_filled_at => p_at)
$$;
create function pg_temp.fund(p_payment text, p_instrument text, p_amount numeric, p_rate numeric default null, p_mark numeric default null,
                             p_time timestamptz default '2024-01-01 08:00Z', p_key text default '') returns text language sql as $$
    select concat_ws(' ', r.outcome, r.amount, r.currency, r.position_qty, r.conflict_field)
      from trading.fn_record_funding(pg_temp.u('account'), pg_temp.u(p_payment), pg_temp.u(p_instrument), p_time, p_amount, p_rate, p_mark, p_key) as r
$$;
create function pg_temp.position(p_instrument text) returns text language sql as $$
    select concat_ws(' ', p.signed_qty, p.open_cost, p.realized_gross, p.fees, p.funding, p.realized_net)
      from trading.positions as p
     where p.account_id = pg_temp.u('account') and p.instrument_id = pg_temp.u(p_instrument)
$$;

-- A long of 2 at a mark of 50,000 and a rate of 0.0001 pays 10; a short receives it.
select pg_temp.fill('f1', 'perp', 'buy', 2, 49000);
select is(pg_temp.fund('p1', 'perp', null, 0.0001, 50000), 'created -10 USDT 2', 'computed for a long');
select is(pg_temp.fund('p1', 'perp', null, 0.0001, 50000), 'replayed -10 USDT 2', 'the same again is a replay');
select is(pg_temp.fund('p2', 'perp', null, 0.0001, 50000), 'replayed -10 USDT 2', 'the same moment under another id is the same payment');
select is(pg_temp.fund('p2', 'perp', -11), 'conflict -10 USDT 2 amount', 'another amount for the moment is a conflict');
select is(pg_temp.fund('p1', 'perp', null, 0.0002, 50000), 'conflict -10 USDT 2 rate', 'another rate');
select is(pg_temp.fund('p1', 'perp', null, 0.0001, 50001), 'conflict -10 USDT 2 mark', 'another mark');
select is(pg_temp.fund('p1', 'perp', null, 0.0001, 50000, '2024-01-01 16:00Z'), 'conflict -10 USDT 2 funding_time', 'another time');
select is(pg_temp.fund('p1', 'inverse', null, 0.0001, 50000), 'conflict -10 USDT 2 instrument_id', 'another instrument');
select is(pg_temp.position('perp'), '2 98000 0 0 -10 -10', 'quantity and cost did not change');

select pg_temp.fill('f2', 'perp', 'sell', 4, 50000, 0, '2024-01-01 12:00Z');
select is(pg_temp.fund('p3', 'perp', null, 0.0001, 50000, '2024-01-01 16:00Z'), 'created 10 USDT -2', 'computed for a short');
select is(pg_temp.fund('p4', 'perp', null, 0.0001, 50000, '2024-01-01 11:59Z'), 'created -10 USDT 2', 'computed from what was held then');
select is(pg_temp.fund('p5', 'perp', 3.5, null, null, '2024-01-02Z'), 'created 3.5 USDT -2', 'the amount of the venue is taken as it is');
select is(pg_temp.position('perp'), '-2 -100000 2000 0 -6.5 1993.5', 'all of it is in the position');

-- Two instruments are paid at the same moment.
select is(pg_temp.fund('p6', 'inverse', -0.5), 'created -0.5 BTC 0', 'another instrument at the same moment, before its fills');
select pg_temp.fill('f3', 'inverse', 'buy', 1000, 10000);
select is(pg_temp.fund('p7', 'inverse', null, 0.0003, 12000, '2024-01-03Z'), 'created -0.000025 BTC 1000', 'an inverse contract pays in its base currency');
select is(trading._funding_amount('inverse', 1, 1, 3, 1), -0.333333333333333333, 'rounded to 18 decimals');

select is(pg_temp.events((select p.position_id::text from trading.positions as p
                           where p.account_id = pg_temp.u('account') and p.instrument_id = pg_temp.u('perp'))),
    'funding_recorded 1, funding_recorded 2, funding_recorded 3, funding_recorded 4', 'one event for each payment');

-- 30 units from 2.0 to 2.1 at a fee of 0.25 %, with funding of 1, 0 and -1, long and short.
create function pg_temp.trip(p_name text, p_side text, p_funding numeric) returns numeric language plpgsql as $$
begin
    perform ref.fn_register_instrument(pg_temp.u(p_name), 'tap', p_name, 'perp', 'BTC', 'USDT');
    perform pg_temp.fill(p_name || 1, p_name, p_side, 30, 2.0, 0.15);
    if p_funding <> 0 then
        perform pg_temp.fund(p_name, p_name, p_funding);
    end if;
    perform pg_temp.fill(p_name || 2, p_name, case p_side when 'buy' then 'sell' else 'buy' end, 30, 2.1, 0.1575, '2024-01-02Z');
    return (select p.realized_net from trading.positions as p
             where p.account_id = pg_temp.u('account') and p.instrument_id = pg_temp.u(p_name));
end
$$;
select is(array[pg_temp.trip('l0', 'buy', 0), pg_temp.trip('l1', 'buy', 1), pg_temp.trip('l2', 'buy', -1)],
    array[2.6925, 3.6925, 1.6925], 'a long with funding');
select is(array[pg_temp.trip('s0', 'sell', 0), pg_temp.trip('s1', 'sell', 1), pg_temp.trip('s2', 'sell', -1)],
    array[-3.3075, -2.3075, -4.3075], 'a short with funding');

select throws_ok($$ select pg_temp.fund('p9', 'perp', null, 0.0001) $$, 'TB001', null, 'neither an amount nor rate and mark');
select throws_ok($$ select pg_temp.fund('p9', 'perp', 1, null, null, 'infinity') $$, 'TB001', null, 'no moment');
select throws_ok($$ select pg_temp.fund('p9', 'perp', 1, null, 0) $$, 'TB001', null, 'a mark is positive');
select throws_ok($$ select pg_temp.fund('p9', 'spot', 1) $$, 'TB001', null, 'a spot instrument has no funding');
select throws_ok($$ select pg_temp.fund('p9', 'none', 1) $$, 'TB002', null, 'unknown instrument');

select * from finish();
rollback;
