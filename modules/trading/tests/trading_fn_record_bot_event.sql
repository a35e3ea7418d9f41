begin;
select plan(16);

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
create function pg_temp.record(p_event text, p_bot text default 'b1', p_kind text default 'started', p_level text default 'info', p_message text default 'm',
                               p_data jsonb default null, p_at timestamptz default '2024-01-01Z', p_ctx jsonb default null) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.conflict_field)
      from trading.fn_record_bot_event(pg_temp.u('account'), pg_temp.u(p_event), pg_temp.u(p_bot), p_kind, p_level, p_message, p_data, p_at, p_ctx) as r
$$;

select is(pg_temp.record('e1'), 'created', 'an event of a bot');
select is(pg_temp.record('e1'), 'replayed', 'once');
select is(pg_temp.record('e1', 'b2'), 'conflict bot_id', 'of one bot');
select is(pg_temp.record('e1', p_kind => 'stopped'), 'conflict kind', 'of one kind');
select is(pg_temp.record('e1', p_level => 'error'), 'conflict level', 'of one level');
select is(pg_temp.record('e1', p_data => '{"a": 1}'), 'conflict data', 'with its data');
select is(pg_temp.record('e2', null, 'reconnected', 'warning', p_at => '2024-01-02Z'), 'created', 'an event of an executor names no bot');
select is(pg_temp.record('e3', 'b1', 'stopped', p_at => '2024-01-03Z', p_ctx => pg_temp.ctx('b1')), 'created', 'from who holds the lease');
select is(pg_temp.record('e4', 'b1', 'stopped', p_at => '2024-01-04Z', p_ctx => pg_temp.ctx('b1') || '{"fence": 1}'), 'created', 'and from who does not');
select is((select array_agg(e.event_id) from trading.bot_events as e where e.account_id = pg_temp.u('account') and e.ctx ? 'stale_fence'),
    array[pg_temp.u('e4')], 'which is flagged');
select is((select string_agg(e.kind, ', ') from trading.fn_bot_events(pg_temp.u('account')) as e), 'stopped, stopped, reconnected, started', 'all, newest first');
select is((select string_agg(e.kind || ' ' || e.level, ', ') from trading.fn_bot_events(pg_temp.u('account'), pg_temp.u('b1'), p_to => '2024-01-04Z') as e),
    'stopped info, started info', 'of one bot, in a time');
select throws_ok($$ select pg_temp.record('e5', 'none') $$, 'TB002', null, 'a bot that does not exist');
select throws_ok($$ select pg_temp.record('e5', p_level => 'loud') $$, 'TB001', null, 'an unknown level');
select throws_ok($$ select pg_temp.record('e5', p_data => '[]') $$, 'TB001', null, 'data are an object');
select throws_ok($$ select pg_temp.record('e5', p_at => null) $$, 'TB001', null, 'it happened at a moment');

select * from finish();
rollback;
