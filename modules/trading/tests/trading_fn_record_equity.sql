begin;
select plan(16);

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
select throws_ok($$ select pg_temp.equity('p9', '{spot,spot}', '{1,2}') $$, 'TB001', null, 'one mark per instrument');
select throws_ok($$ select pg_temp.equity('p9', '{spot}', '{1,2}') $$, 'TB001', null, 'one price per instrument');
select throws_ok($$ select pg_temp.equity('p9', '{none}', '{1}') $$, 'TB002', null, 'unknown instrument');
select throws_ok($$ select pg_temp.equity('p9', '{spot}', '{-1}') $$, 'TB001', null, 'a mark is not negative');

select * from finish();
rollback;
