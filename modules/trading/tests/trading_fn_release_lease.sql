begin;
select plan(7);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
begin
    perform ref.fn_register_currency('USDT', 'Tether', 'stablecoin');
    perform ref.fn_register_currency('BTC', 'Bitcoin', 'crypto');
    perform ref.fn_register_venue('tap', 'Test venue');
    perform ref.fn_register_instrument(pg_temp.u('perp'), 'tap', 'BTCUSDT', 'perp', 'BTC', 'USDT');
    perform trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'paper', 'netting', 1000);
end
$$;
do $$
begin
    perform trading.fn_configure_bot(pg_temp.u('account'), pg_temp.u(b), pg_temp.u(b), b, 'running', null, null, 'test')
       from unnest(array['b1', 'b2']) as b;
end
$$;

create function pg_temp.acquire(p_acquire text, p_bot text default 'b1', p_holder text default 'host 1') returns text language sql as $$
    select concat_ws(' ', r.outcome, r.conflict_field, r.refusal_code)
      from trading.fn_acquire_lease(pg_temp.u('account'), pg_temp.u(p_bot), pg_temp.u(p_acquire), p_holder, '30 seconds') as r
$$;
create function pg_temp.token(p_acquire text) returns bigint language sql as $$
    select g.token from trading.bot_lease_grants as g where g.account_id = pg_temp.u('account') and g.acquire_id = pg_temp.u(p_acquire)
$$;
-- As if the time of the lease were over.
create function pg_temp.expire(p_bot text default 'b1') returns void language sql as $$
    update trading.bot_leases set expires_at = clock_timestamp() where account_id = pg_temp.u('account') and bot_id = pg_temp.u(p_bot)
$$;
create function pg_temp.release(p_token bigint) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.refusal_code) from trading.fn_release_lease(pg_temp.u('account'), pg_temp.u('b1'), p_token) as r
$$;

select is(pg_temp.acquire('a1'), 'created', 'a lease');
select is(pg_temp.release(pg_temp.token('a1') - 1), 'refused fenced', 'is not released by another token');
select is(pg_temp.release(pg_temp.token('a1')), 'created', 'is released by its own');
select is(pg_temp.release(pg_temp.token('a1')), 'replayed', 'once');
select is(pg_temp.acquire('a2', p_holder => 'host 2'), 'created', 'and is free for another process at once');
select is(pg_temp.release(pg_temp.token('a1')), 'refused fenced', 'from which the first cannot take it');
select is(pg_temp.acquire('a3'), 'refused held', 'it is held');

select * from finish();
rollback;
