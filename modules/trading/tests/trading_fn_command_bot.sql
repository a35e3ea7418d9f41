begin;
select plan(22);

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
create function pg_temp.command(p_command text, p_kind text default 'pause', p_bot text default 'b1', p_arguments jsonb default null, p_reason text default 'why',
                                p_actor text default 'ann', p_ttl interval default '1 hour') returns text language sql as $$
    select concat_ws(' ', r.outcome, r.status, r.conflict_field)
      from trading.fn_command_bot(pg_temp.u('account'), pg_temp.u(p_command), pg_temp.u(p_bot), p_kind, p_arguments, p_ttl, p_reason, p_actor) as r
$$;
select is(pg_temp.command('c1'), 'created pending', 'a bot is commanded');
select is(pg_temp.command('c1'), 'replayed pending', 'once');
select is(pg_temp.command('c1', 'stop'), 'conflict pending kind', 'to do one thing');
select is(pg_temp.command('c1', p_bot => 'b2'), 'conflict pending bot_id', 'one bot');
select is(pg_temp.command('c1', p_arguments => '{"a": 1}'), 'conflict pending arguments', 'in one way');
select is(pg_temp.command('c1', p_reason => 'else'), 'conflict pending reason', 'for one reason');
select is(pg_temp.command('c1', p_actor => 'bob'), 'conflict pending actor', 'by one');
select is(pg_temp.command('c1', p_ttl => '2 hours'), 'replayed pending', 'how long it was to hold is told by expires_at');
select is((select string_agg(pg_temp.command('k ' || k, k), ', ') from unnest(array['flatten', 'resume', 'reconcile', 'stop']) as k),
    'created pending, created pending, created pending, created pending', 'flatten, resume, reconcile and stop');
select is(pg_temp.command('c2', 'flatten', 'b2'), 'created pending', 'another bot');
select is((select string_agg(c.kind, ', ') from trading.fn_commands(pg_temp.u('account'), pg_temp.u('b1')) as c), 'pause, flatten, resume, reconcile, stop',
    'a bot finds what it has to do, in order');
select is((select count(*) from trading.fn_commands(pg_temp.u('account')) as c), 6::bigint, 'an executor that of all bots');
-- no event: time passes
update trading.bot_commands set expires_at = clock_timestamp() where command_id = pg_temp.u('k stop');
select is((select count(*) from trading.fn_commands(pg_temp.u('account'), pg_temp.u('b1')) as c), 4::bigint, 'what is too late is not among it');
select is((select string_agg(c.status, ', ') from trading.fn_commands(pg_temp.u('account'), pg_temp.u('b1'), false, p_limit => 2) as c), 'expired, pending',
    'and shown as expired among all of them, newest first');
select is(pg_temp.command('k stop', 'stop'), 'replayed expired', 'a repetition says so');
select is(pg_temp.events('c1'), 'bot_commanded 1', 'events');
select is((select string_agg(concat_ws(' ', l.action, l.kind, l.actor, l.reason), ', ')
             from trading.risk_audit_log as l where l.subject_id = pg_temp.u('c1')::text), 'trading.command_bot pause ann why', 'who commanded what, and why');
select throws_ok($$ select pg_temp.command('c9', 'dance') $$, 'TB001', null, 'an unknown kind');
select throws_ok($$ select pg_temp.command('c9', p_arguments => '[1]') $$, 'TB001', null, 'arguments are an object');
select throws_ok($$ select pg_temp.command('c9', p_bot => 'none') $$, 'TB002', null, 'a bot that does not exist');
select throws_ok($$ select pg_temp.command('c9', p_reason => ' ') $$, 'TB001', null, 'a command has a reason');
select throws_ok($$ select pg_temp.command('c9', p_ttl => '2 days') $$, 'TB001', null, 'and holds for a day at most');

select * from finish();
rollback;
