begin;
select plan(17);

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
create function pg_temp.signal(p_signal text, p_bot text default 'b1', p_direction text default 'long', p_strength numeric default 0.5, p_price numeric default 100,
                               p_at timestamptz default '2024-01-01Z', p_instrument text default 'perp', p_run text default null, p_name text default 'cross',
                               p_ctx jsonb default null) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.conflict_field)
      from trading.fn_record_signal(pg_temp.u('account'), pg_temp.u(p_signal), pg_temp.u(p_bot), pg_temp.u(p_instrument), p_name, p_direction, p_strength, p_price,
                                    p_at + interval '1 hour', '{"fast": 7}', p_at, pg_temp.u(p_run), p_ctx) as r
$$;

select is(pg_temp.signal('s1'), 'created', 'a signal');
select is(pg_temp.signal('s1'), 'replayed', 'once');
select is(pg_temp.signal('s1', p_direction => 'short'), 'conflict direction', 'another direction is a conflict');
select is(pg_temp.signal('s1', p_strength => 0.6), 'conflict strength', 'another strength');
select is(pg_temp.signal('s1', p_price => null), 'conflict price', 'another price');
select is(pg_temp.signal('s1', 'b2'), 'conflict bot_id', 'another bot');
select is(pg_temp.signal('s2', null, 'flat', -3, p_at => '2024-01-02Z'), 'created', 'one of no bot, on another scale');
select is(pg_temp.signal('s3', p_at => '2024-01-03Z', p_ctx => pg_temp.ctx('b1') || '{"fence": 1}'), 'created', 'one of who lost the lease');
select is((select array_agg(s.signal_id) from trading.signals as s where s.account_id = pg_temp.u('account') and s.ctx ? 'stale_fence'), array[pg_temp.u('s3')],
    'which is flagged');
select is((select string_agg(concat_ws(' ', s.name, s.direction, s.strength), ', ') from trading.fn_signals(pg_temp.u('account')) as s),
    'cross long 0.5, cross flat -3, cross long 0.5', 'all, newest first');
select is((select (s.price, s.valid_until - s.occurred_at, s.data)::text
             from trading.fn_signals(pg_temp.u('account'), pg_temp.u('b1'), pg_temp.u('perp'), '2024-01-01Z', '2024-01-02Z') as s),
    '(100,01:00:00,"{""fast"": 7}")', 'those of a bot and an instrument in a time');
select is((select count(*) from trading.fn_signals(pg_temp.u('account'), p_instrument_id => pg_temp.u('none')) as s), 0::bigint, 'none of another instrument');
select throws_ok($$ select pg_temp.signal('s4', 'none') $$, 'TB002', null, 'a bot that does not exist');
select throws_ok($$ select pg_temp.signal('s4', p_instrument => 'none') $$, 'TB002', null, 'an instrument that does not');
select throws_ok($$ select pg_temp.signal('s4', p_run => 'none') $$, 'TB002', null, 'nor a run');
select throws_ok($$ select pg_temp.signal('s4', p_direction => 'up') $$, 'TB001', null, 'an unknown direction');
select throws_ok($$ select pg_temp.signal('s4', p_strength => 'NaN') $$, 'TB001', null, 'no number');

select * from finish();
rollback;
