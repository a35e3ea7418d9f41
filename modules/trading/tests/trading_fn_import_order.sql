begin;
select plan(26);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
begin
    perform ref.fn_register_currency('USDT', 'Tether', 'stablecoin');
    perform ref.fn_register_currency('BTC', 'Bitcoin', 'crypto');
    perform ref.fn_register_venue('tap', 'Test venue');
    perform ref.fn_register_instrument(pg_temp.u('spot'), 'tap', 'BTCUSDT', 'spot', 'BTC', 'USDT', null, 0.01, 0.0001);
    perform trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'paper', 'netting', 1000);
end
$$;

create function pg_temp.events(p_aggregate_id text) returns text language sql as $$
    select string_agg(split_part(e.event_type, '.', 2) || ' ' || e.aggregate_version, ', ' order by e.id)
      from bus.domain_events as e
     where e.aggregate_id = p_aggregate_id and e.xid = pg_current_xact_id()
$$;
create function pg_temp.import(p_order text, p_qty numeric default 1, p_price numeric default 100, p_side text default 'buy',
                               p_time_in_force text default 'gtc', p_exchange text default 'x1', p_position_key text default '')
returns text language sql as $$
    select concat_ws(' ', r.outcome, r.status, r.version, r.conflict_field)
      from trading.fn_import_order(pg_temp.u('account'), pg_temp.u(p_order), pg_temp.u('spot'), p_side, 'limit', p_qty, p_price, null,
                                   p_time_in_force, p_exchange, p_position_key, '2024-03-01Z') as r
$$;
create function pg_temp.submit(p_order text, p_qty numeric default 1, p_price numeric default 100, p_time_in_force text default 'gtc')
returns text language sql as $$
    select concat_ws(' ', r.outcome, r.status, r.version, r.conflict_field)
      from trading.fn_submit_order(pg_temp.u('account'), pg_temp.u(p_order), pg_temp.u('spot'), 'buy', 'limit', p_qty, p_price, null,
                                   p_time_in_force) as r
$$;
create function pg_temp.fill(p_order text, p_qty numeric) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.order_status, r.flags::text)
      from trading.fn_record_fill(pg_temp.u('account'), pg_temp.u('f ' || p_order), pg_temp.u(p_order), pg_temp.u('spot'), 'buy', p_qty, 100,
                                  0, null, null, null, p_filled_at => now()) as r
$$;

select is(pg_temp.import('i1'), 'created accepted 1', 'an order that stands at the venue is taken into the book');
select is((select (o.origin, o.qty, o.price, o.exchange_order_id, o.is_open)::text
             from trading.fn_orders(pg_temp.u('account'), p_order_id => pg_temp.u('i1')) as o),
    '(external,1,100,x1,t)', 'with its terms, and open');
select is(pg_temp.import('i1'), 'replayed accepted 1', 'the same again is a replay');
select is(pg_temp.import('i1', p_exchange => null, p_time_in_force => null), 'replayed accepted 1', 'so is one that tells less');
select is(pg_temp.import('i1', 2), 'conflict accepted 1 qty', 'another quantity is a conflict');
select is(pg_temp.import('i1', p_price => 101), 'conflict accepted 1 price', 'another price too');
select is(pg_temp.import('i1', p_side => 'sell'), 'conflict accepted 1 side', 'another side too');
select is(pg_temp.import('i1', p_time_in_force => 'day'), 'conflict accepted 1 time_in_force', 'another time in force too');
select is(pg_temp.import('i1', p_exchange => 'x2'), 'conflict accepted 1 exchange_order_id', 'another number too');
select is(pg_temp.import('i1', p_position_key => 'k'), 'conflict accepted 1 position_key', 'another position too');
select is(pg_temp.events(pg_temp.u('i1')::text), 'order_imported 1', 'one event for all of this');
select is((select r.status from trading.fn_cancel_order(pg_temp.u('account'), pg_temp.u('i1'), pg_temp.u('c1'), null, now()) as r), 'canceled',
    'it takes events like any other');

-- What stands at the venue is no wish: neither its grid nor a closed account refuses it.
select is(pg_temp.import('i2', 0.00005, 100.001), 'created accepted 1', 'off the grid');
update trading.accounts set status = 'closed', closed_at = now() where account_id = pg_temp.u('account');
select is(pg_temp.import('i3'), 'created accepted 1', 'for a closed account');
update trading.accounts set status = 'open', closed_at = null where account_id = pg_temp.u('account');

-- Met through its fill first
select is(pg_temp.fill('i4', 0.4), 'created partially_filled {orphan}', 'a fill makes an order without terms');
select is(pg_temp.import('i4', p_side => 'sell'), 'conflict partially_filled 2 side', 'whose side binds');
select is(pg_temp.import('i4', 0.4), 'created filled 3', 'and that gets its terms');
select is(pg_temp.import('i4', 0.4), 'replayed filled 3', 'once');
select is(pg_temp.events(pg_temp.u('i4')::text), 'order_imported 1, fill_recorded 2, order_imported 3', 'versions without a gap');

-- Claimed by its owner
select is(pg_temp.submit('i3', 2), 'conflict accepted 1 qty', 'the terms bind the claimant');
select is(pg_temp.submit('i3'), 'created accepted 2', 'its owner claims it');
select is(pg_temp.import('i3'), 'replayed accepted 2', 'after which it is known');
select is(pg_temp.submit('o5'), 'created submitted 1', 'an order that was submitted here');
select is(pg_temp.import('o5', 3), 'conflict submitted 1 qty', 'is not imported with other terms');

select throws_ok($$ select pg_temp.import('i9', 0) $$, 'TB001', null, 'a quantity is positive');
select throws_ok($$ select trading.fn_import_order(pg_temp.u('account'), pg_temp.u('i9'), pg_temp.u('none'), 'buy', 'market', 1, null, null, null, null) $$,
    'TB002', null, 'unknown instrument');

select * from finish();
rollback;
