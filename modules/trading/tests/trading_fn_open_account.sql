begin;
select plan(14);

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

select is((select (a.name, a.venue, a.currency, a.mode, a.position_mode, a.opening_balance, a.status, a.version)::text
             from trading.accounts as a where a.account_id = pg_temp.u('account')),
    '(tap,tap,USDT,paper,netting,1000,open,1)', 'the account is there');
select is(pg_temp.events(pg_temp.u('account')::text), 'account_granted 1, account_opened 1', 'it emitted its events');
select is((select array(select r from unnest(g.rights) as r order by r) from settings.account_grants as g where g.account_id = pg_temp.u('account') and g.role_name = session_user),
    array['manage', 'read', 'trade'], 'who opens an account has all rights on it');
select is((select r::text from trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'paper', 'netting', 1000.00) as r),
    format('(replayed,%s,)', pg_temp.u('account')), 'the same again is a replay');
select is((select r::text from trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'live', 'netting', 1000) as r),
    format('(conflict,%s,mode)', pg_temp.u('account')), 'another mode is a conflict that names it');
select is((select r.conflict_field from trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'paper', 'netting', 1001) as r),
    'opening_balance', 'another balance too');
select is(pg_temp.events(pg_temp.u('account')::text), 'account_granted 1, account_opened 1', 'neither emitted anything');
select throws_ok($$ select trading.fn_open_account(null, 'x', 'tap', 'USDT', 'paper', 'netting', 0) $$, 'TB001', null, 'an id is needed');
select throws_ok($$ select trading.fn_open_account(pg_temp.u('b'), ' ', 'tap', 'USDT', 'paper', 'netting', 0) $$, 'TB001', null, 'a name too');
select throws_ok($$ select trading.fn_open_account(pg_temp.u('b'), 'x', 'tap', 'USDT', 'Paper', 'netting', 0) $$, 'TB001', null, 'modes are in lower case');
select throws_ok($$ select trading.fn_open_account(pg_temp.u('b'), 'x', 'nowhere', 'USDT', 'paper', 'netting', 0) $$, 'TB002', null, 'unknown venue');
select throws_ok($$ select trading.fn_open_account(pg_temp.u('b'), 'x', 'tap', 'XYZ', 'paper', 'netting', 0) $$, 'TB002', null, 'unknown currency');
select throws_ok($$ select trading.fn_open_account(pg_temp.u('b'), 'x', 'tap', 'USDT', 'paper', 'netting', 'NaN') $$, 'TB001', null, 'NaN is no balance');
select throws_ok($$ select trading.fn_open_account(pg_temp.u('b'), 'x', 'tap', 'USDT', 'paper', 'netting', 0, '{"who": 1}') $$, 'TB001', null, 'unknown context');

select * from finish();
rollback;
