begin;
select plan(14);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
begin
    perform ref.fn_register_currency('USDT', 'Tether', 'stablecoin');
    perform ref.fn_register_currency('BTC', 'Bitcoin', 'crypto');
    perform ref.fn_register_venue('tap', 'Test venue');
    perform ref.fn_register_instrument(pg_temp.u('perp'), 'tap', 'BTCUSDT', 'perp', 'BTC', 'USDT');
    perform ref.fn_register_instrument(pg_temp.u('other'), 'tap', 'BTCUSDT2', 'perp', 'BTC', 'USDT');
    perform trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'paper', 'netting', 1000);
    perform trading.fn_configure_bot(pg_temp.u('account'), pg_temp.u(b), pg_temp.u(b), b, 'running', 'blue', '{"fast": 1}', 'test') from unnest(array['b1', 'b2']) as b;
end
$$;
create function pg_temp.acquire(p_acquire text, p_holder text default 'host 1') returns text language sql as $$
    select concat_ws(' ', r.outcome, r.refusal_code) from trading.fn_acquire_lease(pg_temp.u('account'), pg_temp.u('b1'), pg_temp.u(p_acquire), p_holder, '1h') as r
$$;
create function pg_temp.token(p_acquire text) returns bigint language sql as $$
    select g.token from trading.bot_lease_grants as g where g.account_id = pg_temp.u('account') and g.acquire_id = pg_temp.u(p_acquire)
$$;
create function pg_temp.submit(p_order text, p_token bigint) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.refusal_code)
      from trading.fn_submit_order(pg_temp.u('account'), pg_temp.u(p_order), pg_temp.u('perp'), 'buy', 'limit', 1, 100, null, 'gtc',
                                   p_ctx => jsonb_build_object('bot', pg_temp.u('b1'), 'fence', p_token)) as r
$$;
create function pg_temp.raise_fence(p_change text, p_bot text default 'b1', p_reason text default 'why', p_actor text default 'ann') returns text language sql as $$
    select concat_ws(' ', r.outcome, r.holder, r.conflict_field)
      from trading.fn_increment_fence(pg_temp.u('account'), pg_temp.u(p_bot), pg_temp.u(p_change), p_reason, p_actor) as r
$$;
create function pg_temp.fence(p_change text) returns bigint language sql as $$
    select i.fence from trading.fence_increments as i where i.account_id = pg_temp.u('account') and i.change_id = pg_temp.u(p_change)
$$;

select is(pg_temp.acquire('a1'), 'created', 'a process has the lease');
select is(pg_temp.submit('o1', pg_temp.token('a1')), 'created', 'and submits');
select is(pg_temp.raise_fence('c1'), 'created host 1', 'it is fenced off');
select is(pg_temp.submit('o2', pg_temp.token('a1')), 'refused fenced', 'its token counts no more');
select is(pg_temp.submit('o3', pg_temp.fence('c1')), 'refused fenced', 'and the fence is nobody''s token');
select is((select concat_ws(' ', r.outcome, r.refusal_code) from trading.fn_renew_lease(pg_temp.u('account'), pg_temp.u('b1'), pg_temp.fence('c1'), pg_temp.u('r1'), '1h') as r),
    'refused fenced', 'with which nothing is renewed');
select is(pg_temp.acquire('a2', 'host 2'), 'created', 'the lease is free');
select ok(pg_temp.token('a2') > pg_temp.fence('c1') and pg_temp.fence('c1') > pg_temp.token('a1'), 'tokens and fences rise together');
select is(pg_temp.raise_fence('c1'), 'replayed host 1', 'a repetition does nothing');
select is(pg_temp.submit('o4', pg_temp.token('a2')), 'created', 'to the holder after it');
select is(pg_temp.raise_fence('c1', p_reason => 'else'), 'conflict host 1 reason', 'another reason is a conflict');
select is(pg_temp.raise_fence('c1', 'b2'), 'conflict host 1 bot_id', 'another bot too');
select is(pg_temp.raise_fence('c2', 'b2'), 'created', 'a bot that nobody acted as');
select throws_ok($$ select pg_temp.raise_fence('c3', 'none') $$, 'TB002', null, 'a bot that does not exist');

select * from finish();
rollback;
