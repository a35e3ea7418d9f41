begin;
select plan(38);

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

-- A submission with defaults, so that a test says only what matters to it.
create function pg_temp.submit(p_order text, p_qty numeric default 1, p_price numeric default 100, p_key text default null,
                               p_position_key text default '', p_side text default 'buy', p_run uuid default null)
returns text language sql as $$
    select concat_ws(' ', r.outcome, nullif(r.order_id, pg_temp.u(p_order)), r.status, r.version, r.conflict_field, r.refusal_code)
      from trading.fn_submit_order(pg_temp.u('account'), pg_temp.u(p_order), pg_temp.u('spot'), p_side, 'limit', p_qty, p_price, null,
                                   'gtc', p_position_key, p_run, p_key) as r
$$;

select is(pg_temp.submit('o1'), 'created submitted 1', 'an order is submitted');
select is(pg_temp.submit('o1', 1.000), 'replayed submitted 1', 'the same again is a replay');
select is(pg_temp.submit('o1', 2), 'conflict submitted 1 qty', 'another quantity is a conflict that names it');
select is(pg_temp.submit('o1', 1, 101), 'conflict submitted 1 price', 'another price too');
select is(pg_temp.submit('o1', p_side => 'sell'), 'conflict submitted 1 side', 'another side too');
select is(pg_temp.submit('o1', p_key => 'k'), 'conflict submitted 1 idempotency_key', 'another key too');
select is(pg_temp.submit('o1', p_position_key => 'p'), 'conflict submitted 1 position_key', 'another position too');
select is(pg_temp.events(pg_temp.u('o1')::text), 'order_submitted 1', 'one event for all of this');

select is(pg_temp.submit('o2', p_key => 'key'), 'created submitted 1', 'an order with a key of its own');
select is(pg_temp.submit('o3', p_key => 'key'), 'replayed ' || pg_temp.u('o2') || ' submitted 1',
    'the key under another id answers with the first id');
select is(pg_temp.submit('o3', 2, p_key => 'key'), 'conflict ' || pg_temp.u('o2') || ' submitted 1 qty',
    'the key with other content is a conflict');
select is((select count(*) from trading.orders as o where o.account_id = pg_temp.u('account')), 2::bigint, 'two orders in the book');

select is(pg_temp.submit('o4', 0.00005), 'refused denied 1 lot_size', 'a fraction of a lot is refused');
select is(pg_temp.submit('o5', 1, 100.001), 'refused denied 1 tick_size', 'a fraction of a tick is refused');
select is(pg_temp.submit('o5', 1, 100.001), 'refused denied 1 tick_size', 'and is refused again');
select is(pg_temp.submit('o5', 1, 100), 'conflict denied 1 price', 'the identity stays taken');
select is(pg_temp.events(pg_temp.u('o5')::text), 'order_denied 1', 'a refusal is one event');
select is((select (a.action, a.outcome, a.code)::text from audit.audit_log as a
            where a.subject_type = 'order' and a.subject_id = pg_temp.u('o5')::text),
    '(trading.submit_order,refused,tick_size)', 'and one audit row');
select is((select o.is_open from trading.orders as o where o.account_id = pg_temp.u('account') and o.order_id = pg_temp.u('o5')), false,
    'a denied order is not open');

update trading.accounts set status = 'closed', closed_at = now() where account_id = pg_temp.u('account');
select is(pg_temp.submit('o6'), 'refused denied 1 account_closed', 'a closed account takes no order');
select is(pg_temp.submit('o1'), 'replayed submitted 1', 'what was taken before stays taken');
update trading.accounts set status = 'open', closed_at = null where account_id = pg_temp.u('account');
select is(pg_temp.submit('o6'), 'refused denied 1 account_closed', 'and what was refused stays refused');

-- The fill came first
select is((select (r.outcome, r.order_status, r.flags)::text
             from trading.fn_record_fill(pg_temp.u('account'), pg_temp.u('f1'), pg_temp.u('o7'), pg_temp.u('spot'), 'buy', 0.4, 100, 0, null,
                                         null, 't1', p_filled_at => now()) as r),
    '(created,partially_filled,{orphan})', 'a fill for an unknown order makes an external order');
select is(pg_temp.submit('o7', p_side => 'sell'), 'conflict partially_filled 2 side', 'whose terms bind its claimant');
select is(pg_temp.submit('o7', p_key => 'key'), 'conflict partially_filled 2 idempotency_key', 'so does a key in use');
select is(pg_temp.submit('o7'), 'created partially_filled 3', 'its owner claims it');
select is(pg_temp.submit('o7'), 'replayed partially_filled 3', 'once');
select is((select (o.origin, o.qty, o.cum_qty)::text from trading.orders as o
            where o.account_id = pg_temp.u('account') and o.order_id = pg_temp.u('o7')),
    '(claimed,1,0.4)', 'the claimed order knows its quantity and its fill');
select is(pg_temp.events(pg_temp.u('o7')::text), 'order_imported 1, fill_recorded 2, order_submitted 3', 'versions without a gap');

select throws_ok($$ select pg_temp.submit('o8', 0) $$, 'TB001', null, 'a quantity is positive');
select throws_ok($$ select pg_temp.submit('o8', 'Infinity') $$, 'TB001', null, 'and finite');
select throws_ok($$ select pg_temp.submit('o8', 0.0000000000000000001) $$, 'TB001', null, 'and has at most 18 decimals');
select throws_ok($$ select trading.fn_submit_order(pg_temp.u('account'), pg_temp.u('o8'), pg_temp.u('spot'), 'buy', 'market', 1, 100, null, null) $$,
    'TB001', null, 'a market order has no price');
select throws_ok($$ select trading.fn_submit_order(pg_temp.u('account'), pg_temp.u('o8'), pg_temp.u('none'), 'buy', 'market', 1, null, null, null) $$,
    'TB002', null, 'unknown instrument');
select throws_ok($$ select pg_temp.submit('o8', p_run => pg_temp.u('none')) $$, 'TB002', null, 'unknown run');
do $$ begin perform trading.fn_open_account(pg_temp.u('hedge'), 'hedge', 'tap', 'USDT', 'paper', 'hedging', 0); end $$;
select throws_ok($$ select trading.fn_submit_order(pg_temp.u('hedge'), pg_temp.u('h1'), pg_temp.u('spot'), 'buy', 'market', 1, null, null, null) $$,
    'TB001', null, 'a hedging account wants the position named');

do $$
begin
    perform trading.fn_open_account(pg_temp.u('other'), 'other', 'tap', 'USDT', 'paper', 'netting', 1000);
end
$$;
select is((select r.outcome from trading.fn_submit_order(pg_temp.u('other'), pg_temp.u('o1'), pg_temp.u('spot'), 'sell', 'limit', 3, 100, null, 'gtc') as r),
    'created', 'ids of orders are an account''s own');
select is(pg_temp.events(pg_temp.u('o1')::text), 'order_submitted 1, order_submitted 1', 'each with events of its own');

select * from finish();
rollback;
