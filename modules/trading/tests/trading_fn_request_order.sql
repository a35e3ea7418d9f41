begin;
select plan(25);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
begin
    perform ref.fn_register_currency('USDT', 'Tether', 'stablecoin');
    perform ref.fn_register_currency('BTC', 'Bitcoin', 'crypto');
    perform ref.fn_register_venue('tap', 'Test venue');
    perform ref.fn_register_instrument(pg_temp.u('perp'), 'tap', 'BTCUSDT', 'perp', 'BTC', 'USDT', null, 0.5, 1);
    perform trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'paper', 'netting', 1000);
    perform trading.fn_configure_bot(pg_temp.u('account'), pg_temp.u(b), pg_temp.u(b), b, 'running', null, null, 'test')
       from unnest(array['b1', 'b2']) as b;
    perform trading.fn_acquire_lease(pg_temp.u('account'), pg_temp.u(b), pg_temp.u('a ' || b), 'host', '1 hour') from unnest(array['b1', 'b2']) as b;
end
$$;
-- The context of a bot that holds its lease.
create function pg_temp.ctx(p_bot text) returns jsonb language sql as $$
    select jsonb_build_object('bot', l.bot_id, 'fence', l.token) from trading.bot_leases as l where l.account_id = pg_temp.u('account') and l.bot_id = pg_temp.u(p_bot)
$$;
-- The events of an aggregate: short names in order, each with its version.
create function pg_temp.events(p_aggregate text) returns text language sql as $$
    select string_agg(split_part(e.event_type, '.', 2) || ' ' || e.aggregate_version, ', ' order by e.id)
      from bus.domain_events as e where e.aggregate_id = pg_temp.u(p_aggregate)::text and e.xid = pg_current_xact_id()
$$;
create function pg_temp.request(p_intent text, p_bot text default null, p_side text default 'buy', p_qty numeric default 2, p_price numeric default 100,
                                p_ttl interval default '1 hour', p_ctx jsonb default null, p_reference numeric default null) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.status, r.refusal_code, r.conflict_field)
      from trading.fn_request_order(pg_temp.u('account'), pg_temp.u(p_intent), pg_temp.u('perp'), p_side, 'limit', p_qty, p_price, null, 'gtc', p_ttl,
                                    p_reference_price => p_reference, p_ctx => coalesce(p_ctx, pg_temp.ctx(p_bot))) as r
$$;

select is(pg_temp.request('i1', 'b1'), 'created requested', 'a bot asks for an order');
select is(pg_temp.request('i1', 'b1'), 'replayed requested', 'once');
select is(pg_temp.request('i1', 'b2'), 'conflict requested bot_id', 'another bot is a conflict');
select is(pg_temp.request('i1', 'b1', p_side => 'sell'), 'conflict requested side', 'another side');
select is(pg_temp.request('i1', 'b1', p_qty => 3), 'conflict requested qty', 'another quantity');
select is(pg_temp.request('i1', 'b1', p_price => 101), 'conflict requested price', 'another price');
select is(pg_temp.request('i1', 'b1', p_reference => 101), 'conflict requested reference_price', 'another price to go by');
select is(pg_temp.request('i1', 'b1', p_ttl => '2 hours'), 'replayed requested', 'how long it was to hold is told by expires_at');
select is((select count(*) from trading.orders as o where o.account_id = pg_temp.u('account')), 0::bigint, 'there is no order yet');
select is(pg_temp.events('i1'), 'intent_requested 1', 'one event');

-- Checked like a submission
select is(pg_temp.request('i2', p_ctx => jsonb_build_object('bot', pg_temp.u('b1'))), 'refused refused fenced', 'without a token nothing is asked for');
select is(pg_temp.request('i2', 'b1'), 'refused refused fenced', 'what was refused stays refused');
select is(pg_temp.request('i3', 'b1', p_qty => 1.5), 'refused refused lot_size', 'a quantity that the instrument does not have');
select is(pg_temp.request('i4', 'b1', p_price => 100.3), 'refused refused tick_size', 'nor the price');
select is(pg_temp.request('i5'), 'created requested', 'a call that names no bot needs no lease');
do $$ begin perform trading.fn_halt(pg_temp.u('h1'), 'account', pg_temp.u('account'), null, 'why', 'ann'); end $$;
select is(pg_temp.request('i6', 'b1'), 'refused refused halted', 'while it is halted nothing is asked for');
select is(pg_temp.request('i1', 'b1'), 'replayed requested', 'what was asked for before stays');
select is(pg_temp.events('i6'), 'intent_refused 1', 'a refusal is an event');
select is((select string_agg(a.code, ', ' order by a.code) from audit.audit_log as a where a.action = 'trading.request_order' and a.account_id = pg_temp.u('account')),
    'fenced, halted, lot_size, tick_size', 'and audited');
do $$ begin perform trading.fn_resume(pg_temp.u('account'), pg_temp.u('h1'), 'over', 'ann'); end $$;

select throws_ok($$ select pg_temp.request('i7', 'b1', p_ttl => '2 days') $$, 'TB001', null, 'it holds for a day at most');
select throws_ok($$ select pg_temp.request('i7', 'b1', p_ttl => null) $$, 'TB001', null, 'and not for ever');
select throws_ok($$ select pg_temp.request('i7', 'b1', p_qty => -1) $$, 'TB001', null, 'a quantity is positive');
select throws_ok($$ select pg_temp.request('i7', p_ctx => jsonb_build_object('bot', pg_temp.u('none'), 'fence', 1)) $$, 'TB002', null, 'a bot that does not exist');
select throws_ok($$ select trading.fn_request_order(pg_temp.u('account'), pg_temp.u('i7'), pg_temp.u('none'), 'buy', 'market', 1, null, null, null, '1 hour') $$,
    'TB002', null, 'an instrument that does not exist');
select throws_ok($$ select trading.fn_request_order(pg_temp.u('account'), pg_temp.u('i7'), pg_temp.u('perp'), 'buy', 'market', 1, null, null, null, '1 hour',
                                                   p_run_id => pg_temp.u('none')) $$, 'TB002', null, 'nor the run');

select * from finish();
rollback;
