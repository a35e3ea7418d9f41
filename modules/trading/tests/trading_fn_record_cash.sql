begin;
select plan(17);

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

create function pg_temp.cash(p_entry text, p_kind text, p_amount numeric, p_currency text default 'USDT', p_reason text default null,
                             p_at timestamptz default '2024-01-01Z') returns text language sql as $$
    select concat_ws(' ', r.outcome, r.conflict_field)
      from trading.fn_record_cash(pg_temp.u('account'), pg_temp.u(p_entry), p_kind, p_currency, p_amount, p_at, p_reason) as r
$$;
create function pg_temp.balances() returns text language sql as $$
    select string_agg(b.currency || ' ' || b.balance, ', ' order by b.currency)
      from trading.v_cash_balances as b
     where b.account_id = pg_temp.u('account')
$$;

select is(pg_temp.balances(), 'USDT 1000', 'the opening balance');
select is(pg_temp.cash('c1', 'deposit', 500.50), 'created', 'a deposit');
select is(pg_temp.cash('c1', 'deposit', 500.5), 'replayed', 'the same again is a replay');
select is(pg_temp.cash('c1', 'transfer', 500.5), 'conflict kind', 'another kind is a conflict');
select is(pg_temp.cash('c1', 'deposit', 500), 'conflict amount', 'another amount');
select is(pg_temp.cash('c1', 'deposit', 500.5, 'BTC'), 'conflict currency', 'another currency');
select is(pg_temp.cash('c1', 'deposit', 500.5, p_reason => 'r'), 'conflict reason', 'another reason');
select is(pg_temp.cash('c1', 'deposit', 500.5, p_at => '2024-01-02Z'), 'conflict occurred_at', 'another time');
select is(pg_temp.cash('c2', 'withdrawal', -0.5), 'created', 'a withdrawal');
select is(pg_temp.cash('c3', 'interest', 0.001, 'BTC'), 'created', 'interest in another currency');
select is(pg_temp.cash('c4', 'adjustment', -100, p_reason => 'counted again'), 'created', 'an adjustment with a reason');
select is(pg_temp.balances(), 'BTC 0.001, USDT 1400', 'balances by currency');
select is(pg_temp.events(pg_temp.u('account')::text), 'account_granted 1, account_opened 1, cash_recorded 1, cash_recorded 2, cash_recorded 3, cash_recorded 4',
    'one event for each');
select throws_ok($$ select pg_temp.cash('c5', 'adjustment', 1) $$, 'TB001', null, 'an adjustment without a reason');
select throws_ok($$ select pg_temp.cash('c5', 'deposit', -1) $$, 'TB001', null, 'a deposit comes');
select throws_ok($$ select pg_temp.cash('c5', 'withdrawal', 0) $$, 'TB001', null, 'nothing is no entry');
select throws_ok($$ select pg_temp.cash('c5', 'deposit', 1, 'NONE') $$, 'TB002', null, 'unknown currency');

select * from finish();
rollback;
