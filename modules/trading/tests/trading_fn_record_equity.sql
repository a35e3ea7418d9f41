begin;
select plan(30);

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
                             p_fee_currency text default null) returns void language sql as $$
    select from trading.fn_record_fill(pg_temp.u('account'), pg_temp.u(p_fill), pg_temp.u('o' || p_instrument || p_side), pg_temp.u(p_instrument), p_side,
                                       p_qty, p_price, p_fee, p_fee_currency, null, null, p_filled_at => now())
$$;
create function pg_temp.equity(p_point text, p_instruments text[], p_prices numeric[], p_as_of timestamptz default '2024-01-01Z') returns text language sql as $$
    select concat_ws(' ', r.outcome, r.balance, r.unrealized, r.equity, r.complete, r.missing, r.conflict_field)
      from trading.fn_record_equity(pg_temp.u('account'), pg_temp.u(p_point),  p_as_of,
               array(select pg_temp.u(i) from unnest(p_instruments) with ordinality as x (i, n) order by n), p_prices) as r
$$;

select is(pg_temp.equity('p0', '{}', '{}'), 'created 1000 0 1000 t {}', 'an account without positions is worth its balance');
select pg_temp.fill('f1', 'perp', 'buy', 1, 90);
select is(pg_temp.equity('p1', '{perp}', '{100}'), 'created 1000 10 1010 t {}', 'a long is marked');
select pg_temp.fill('f2', 'perp', 'sell', 1, 100, 0.5);
select is(pg_temp.equity('p2', '{}', '{}'), 'created 1009.5 0 1009.5 t {}', 'a flat position needs no mark; its result is in the balance');
select pg_temp.fill('f3', 'spot', 'sell', 1, 100);
select is(pg_temp.equity('p3', '{spot}', '{101}'), 'created 1009.5 -1 1008.5 t {}', 'a short is marked');
select is(pg_temp.equity('p4', '{perp}', '{101}'), 'created 1009.5 0 1009.5 f {mark:tap/BTCUSDT/spot}', 'a position without a mark is named');
select is(pg_temp.equity('p5', '{spot}', array[null::numeric]), 'created 1009.5 0 1009.5 f {mark:tap/BTCUSDT/spot}', 'a mark that is null is none');
select pg_temp.fill('f4', 'spot', 'buy', 1, 101, 0.001, 'BNB');
select is(pg_temp.equity('p6', '{}', '{}'), 'created 1008.5 0 1008.5 f {rate:BNB}', 'a fee in a third asset has no rate');
select pg_temp.fill('f5', 'inverse', 'buy', 1000, 1000);
select is(pg_temp.equity('p7', '{inverse}', '{1250}'), 'created 1008.5 0 1008.5 f {rate:BNB,rate:BTC}',
    'a result in another currency is not added one to one');
select is(pg_temp.equity('p4', '{perp}', '{101.0}'), 'replayed 1009.5 0 1009.5 f {mark:tap/BTCUSDT/spot}', 'a replay answers with the point as it was');
select is(pg_temp.equity('p4', '{perp}', '{102}'), 'conflict 1009.5 0 1009.5 f {mark:tap/BTCUSDT/spot} prices', 'other marks are a conflict');
select is(pg_temp.equity('p4', '{perp}', '{101}', now()), 'conflict 1009.5 0 1009.5 f {mark:tap/BTCUSDT/spot} as_of', 'another time too');
select is((select count(*) from bus.domain_events as e where e.event_type = 'trading.equity_recorded' and e.account_id = pg_temp.u('account')), 8::bigint,
    'one event per point');
-- Rates: 100 USDT of fees were paid in BNB at no rate, the inverse contract is worth 0.2 BTC at its mark.
create function pg_temp.rated(p_point text, p_currencies text[], p_rates numeric[]) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.balance, r.unrealized, r.equity, r.complete, r.missing, r.conflict_field)
      from trading.fn_record_equity(pg_temp.u('account'), pg_temp.u(p_point), '2024-01-01Z', array[pg_temp.u('inverse')], '{1250}', null,
               p_currencies, p_rates) as r
$$;
select is(pg_temp.rated('r1', '{BTC,BNB}', '{50000,500}'), 'created 1008 10000 11008 t {}', 'other currencies are converted at the rates given');
select is(pg_temp.rated('r2', '{BTC,BNB}', '{50000,null}'), 'created 1008.5 10000 11008.5 f {rate:BNB}', 'a rate that is null is none');
select is(pg_temp.rated('r1', '{BNB,BTC}', '{500.0,50000}'), 'replayed 1008 10000 11008 t {}', 'the same rates in another order are a replay');
select is(pg_temp.rated('r1', '{BNB,BTC}', '{501,50000}'), 'conflict 1008 10000 11008 t {} rates', 'other rates are a conflict');
do $$ begin perform trading.fn_record_cash(pg_temp.u('account'), pg_temp.u('c1'), 'deposit', 'BNB', 1.001, '2024-01-01Z'); end $$;
select is(pg_temp.rated('r3', '{BTC,BNB}', '{50000,500}'), 'created 1508.5 10000 11508.5 t {}', 'cash entries count');
select throws_ok($$ select pg_temp.rated('r9', '{BTC,BTC}', '{1,2}') $$, 'TB001', null, 'one rate per currency');
select throws_ok($$ select pg_temp.rated('r9', '{BTC}', '{1,2}') $$, 'TB001', null, 'as many rates as currencies');
select throws_ok($$ select pg_temp.rated('r9', '{NONE}', '{1}') $$, 'TB002', null, 'unknown currency');
select throws_ok($$ select pg_temp.rated('r9', '{BTC}', '{0}') $$, 'TB001', null, 'a rate is positive');

-- Accounts that hold 10 of cash and a position of 1, valued at its bid of 100 or, short, at its ask of 101; and one in another currency.
create function pg_temp.holding(p_name text, p_currency text, p_opening numeric, p_instrument text, p_side text, p_price numeric, p_mark numeric,
                                p_currencies text[] default null, p_rates numeric[] default null) returns text language plpgsql as $$
begin
    perform ref.fn_register_currency('EUR', 'Euro', 'fiat');
    perform trading.fn_open_account(pg_temp.u(p_name), p_name, 'tap', p_currency, 'paper', 'netting', p_opening);
    perform trading.fn_record_fill(pg_temp.u(p_name), pg_temp.u(p_name), pg_temp.u(p_name), pg_temp.u(p_instrument), p_side, 1, p_price, 0, null,
                                   null, null, p_filled_at => now());
    return (select concat_ws(' ', r.balance, r.unrealized, r.equity)
              from trading.fn_record_equity(pg_temp.u(p_name), pg_temp.u(p_name), now(), array[pg_temp.u(p_instrument)], array[p_mark], null,
                                            p_currencies, p_rates) as r);
end
$$;
select is(pg_temp.holding('cash long', 'USDT', 100, 'spot', 'buy', 90, 100), '100 10 110', 'a cash account: 10 left and what it holds');
select is(pg_temp.holding('cash short', 'USDT', -80, 'spot', 'sell', 90, 101), '-80 -11 -91', 'a cash account that is short');
select is(pg_temp.holding('margin', 'USDT', 10, 'perp', 'buy', 90, 100), '10 10 20', 'a margin account: balance and what is unrealised');
select is(pg_temp.holding('euro', 'EUR', 1000, 'perp', 'buy', 0, 100, '{USDT}', '{0.9}'), '1000 90 1090', 'converted');
select is((select array_agg(b.currency || ' ' || b.balance order by b.currency) from trading.v_cash_balances as b where b.account_id = pg_temp.u('cash long')),
    '{"BTC 1","USDT 10"}', 'and that is what it holds');

select throws_ok($$ select pg_temp.equity('p9', '{spot,spot}', '{1,2}') $$, 'TB001', null, 'one mark per instrument');
select throws_ok($$ select pg_temp.equity('p9', '{spot}', '{1,2}') $$, 'TB001', null, 'one price per instrument');
select throws_ok($$ select pg_temp.equity('p9', '{none}', '{1}') $$, 'TB002', null, 'unknown instrument');
select throws_ok($$ select pg_temp.equity('p9', '{spot}', '{-1}') $$, 'TB001', null, 'a mark is not negative');

select * from finish();
rollback;
