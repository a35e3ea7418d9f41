begin;
select plan(10);

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

create function pg_temp.fill(p_fill text, p_instrument text, p_side text, p_qty numeric, p_price numeric, p_fee numeric default 0,
                             p_fee_currency text default null) returns void language sql as $$
    select from trading.fn_record_fill(pg_temp.u('account'), pg_temp.u(p_fill), pg_temp.u('o' || p_instrument || p_side), pg_temp.u(p_instrument), p_side,
                                       p_qty, p_price, p_fee, p_fee_currency, null, null, p_filled_at => '2024-01-01Z')
$$;
create function pg_temp.balances() returns text language sql as $$
    select string_agg(b.currency || ' ' || b.balance, ', ' order by b.currency)
      from trading.v_cash_balances as b
     where b.account_id = pg_temp.u('account') and b.balance <> 0
$$;

select pg_temp.fill('f1', 'spot', 'buy', 2, 100, 0.5);
select is(pg_temp.balances(), 'BTC 2, USDT 799.5', 'a spot purchase pays its price and its fee');
select pg_temp.fill('f2', 'spot', 'buy', 1, 101, 0.001, 'BTC');
select is(pg_temp.balances(), 'BTC 2.999, USDT 698.5', 'a fee in the base currency is taken from what is bought');
select pg_temp.fill('f3', 'spot', 'sell', 2.999, 110, 0.01, 'BNB');
select is(pg_temp.balances(), 'BNB -0.01, USDT 1028.39', 'flat: nothing is left of the base; a fee in a third asset is owed in it');
select is((select p.realized_net from trading.positions as p where p.account_id = pg_temp.u('account')), 28.39,
    'and what came is what was realised');
select pg_temp.fill('f4', 'perp', 'sell', 3, 100, 1);
select is(pg_temp.balances(), 'BNB -0.01, USDT 1027.39', 'opening a contract moves its fee only');
select pg_temp.fill('f5', 'perp', 'buy', 1, 90);
select is(pg_temp.balances(), 'BNB -0.01, USDT 1037.39', 'closing a part of it moves its result');
do $$ begin perform trading.fn_record_funding(pg_temp.u('account'), pg_temp.u('p1'), pg_temp.u('perp'), '2024-01-02Z', -0.39); end $$;
select is(pg_temp.balances(), 'BNB -0.01, USDT 1037', 'funding moves cash');
select pg_temp.fill('f6', 'inverse', 'buy', 1000, 1000);
select pg_temp.fill('f7', 'inverse', 'sell', 1000, 1250, 0.05);
select is(pg_temp.balances(), 'BNB -0.01, BTC 0.15, USDT 1037', 'an inverse contract moves its base currency');

do $$ begin perform trading.fn_record_fill(pg_temp.u('account'), pg_temp.u('f8'), pg_temp.u('o8'), pg_temp.u('perp'), 'sell', 1, 90, 0.01, 'BNB',
                                           null, null, p_filled_at => '2024-01-03Z', p_fee_rate => 500); end $$;
select is(pg_temp.balances(), 'BNB -0.02, BTC 0.15, USDT 1037', 'a fee in a third asset with a rate is owed in that asset all the same');
select is((select p.fees from trading.positions as p
            where p.account_id = pg_temp.u('account') and p.instrument_id = pg_temp.u('perp')), 6::numeric, 'while its value is a fee of the position');

select * from finish();
rollback;
