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

-- The events of an aggregate: short names in order, each with its version.
create function pg_temp.events(p_aggregate_id text) returns text language sql as $$
    select string_agg(split_part(e.event_type, '.', 2) || ' ' || e.aggregate_version, ', ' order by e.id)
      from bus.domain_events as e
     where e.aggregate_id = p_aggregate_id and e.xid = pg_current_xact_id()
$$;

create function pg_temp.close_it() returns text language sql as $$
    select concat_ws(' ', r.outcome, r.refusal_code, r.refusal_detail) from trading.fn_close_account(pg_temp.u('account'), 'moved away') as r
$$;
create function pg_temp.fill(p_fill text, p_side text) returns text language sql as $$
    select r.outcome || ' ' || r.order_status
      from trading.fn_record_fill(pg_temp.u('account'), pg_temp.u(p_fill), pg_temp.u('o1'), pg_temp.u('perp'), p_side, 1, 100, 0, null, null, null,
                                  p_filled_at => now()) as r
$$;

select is((select r.outcome from trading.fn_submit_order(pg_temp.u('account'), pg_temp.u('o1'), pg_temp.u('perp'), 'buy', 'limit', 1, 100, null, null) as r),
    'created', 'an order');
select is(pg_temp.close_it(), 'refused account_in_use 1 open orders and 0 open positions', 'an account with an open order stays open');
select is(pg_temp.fill('f1', 'buy'), 'created filled', 'the order fills');
select is(pg_temp.close_it(), 'refused account_in_use 0 open orders and 1 open positions', 'an account with an open position stays open');
do $$
begin
    perform trading.fn_record_fill(pg_temp.u('account'), pg_temp.u('f2'), pg_temp.u('o2'), pg_temp.u('perp'), 'sell', 1, 100, 0, null, null, null,
                                   p_filled_at => now());
    perform trading.fn_cancel_order(pg_temp.u('account'), pg_temp.u('o2'), pg_temp.u('e3'), 'done', now());
end
$$;
select is(pg_temp.close_it(), 'created', 'an account without open orders and positions closes');
select is(pg_temp.close_it(), 'replayed', 'it closes once');
select is((select r.refusal_code from trading.fn_submit_order(pg_temp.u('account'), pg_temp.u('o3'), pg_temp.u('perp'), 'buy', 'limit', 1, 100, null, null) as r),
    'account_closed', 'orders are refused from then on');
select is(pg_temp.fill('f3', 'buy'), 'created filled', 'a late fill is recorded all the same');
select is(pg_temp.events(pg_temp.u('account')::text),
    'account_granted 1, account_opened 1, account_close_refused 2, account_close_refused 3, account_closed 4', 'one event for each answer');
select throws_ok($$ select trading.fn_close_account(pg_temp.u('account'), null) $$, 'TB001', null, 'a reason is needed');

select * from finish();
rollback;
