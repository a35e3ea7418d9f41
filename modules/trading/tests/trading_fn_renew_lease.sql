begin;
select plan(10);

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
create function pg_temp.renew(p_renew text, p_token bigint) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.refusal_code)
      from trading.fn_renew_lease(pg_temp.u('account'), pg_temp.u('b1'), p_token, pg_temp.u(p_renew), '1 hour') as r
$$;
create function pg_temp.hours_left() returns numeric language sql as $$
    select round(extract(epoch from l.expires_at - clock_timestamp()) / 3600, 1) from trading.bot_leases as l where l.bot_id = pg_temp.u('b1')
$$;

select is(pg_temp.renew('r1', 1), 'refused fenced', 'there is nothing to renew');
select is(pg_temp.acquire('a1'), 'created', 'a lease');
select is(pg_temp.renew('r1', pg_temp.token('a1')), 'created', 'is renewed');
select is(pg_temp.hours_left(), 1.0, 'for as long as was asked');
select is(pg_temp.renew('r1', pg_temp.token('a1')), 'replayed', 'once');
select is(pg_temp.renew('r2', 1), 'refused fenced', 'not by another token');
select is((select (r.outcome, r.expires_at > clock_timestamp() + '50 minutes')::text
             from trading.fn_renew_lease(pg_temp.u('account'), pg_temp.u('b1'), pg_temp.token('a1'), pg_temp.u('r3'), '1 second') as r), '(created,t)',
    'a renewal never shortens');
-- no event: time passes
do $$ begin perform pg_temp.expire(); end $$;
select is(pg_temp.renew('r4', pg_temp.token('a1')), 'refused fenced', 'a lease that has run out is lost, though nobody has it');
select throws_ok($$ select pg_temp.renew(null, 1) $$, 'TB001', null, 'a renewal has an identity');
select is((select string_agg(split_part(e.event_type, '.', 2), ', ' order by e.id) from bus.domain_events as e
            where e.aggregate_id = pg_temp.u('b1')::text and e.xid = pg_current_xact_id()),
    'bot_configured, lease_refused, lease_acquired, lease_renewed, lease_refused, lease_renewed, lease_refused', 'all of it is told');

select * from finish();
rollback;
