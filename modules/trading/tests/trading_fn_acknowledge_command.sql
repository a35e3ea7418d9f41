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
do $$
begin
    perform trading.fn_command_bot(pg_temp.u('account'), pg_temp.u('c' || n), pg_temp.u('b1'), 'pause', null, '1 hour', 'why', 'ann') from generate_series(1, 5) as n;
end
$$;
create function pg_temp.step(p_command text, p_status text, p_bot text default 'b1', p_by text default 'bot', p_detail text default null, p_ctx jsonb default null)
returns text language sql as $$
    select concat_ws(' ', r.outcome, r.status, r.refusal_code, r.conflict_field)
      from trading.fn_acknowledge_command(pg_temp.u('account'), pg_temp.u(p_command), p_status, p_by, p_detail, coalesce(p_ctx, pg_temp.ctx(p_bot))) as r
$$;

select is(pg_temp.step('c1', 'acknowledged'), 'created acknowledged', 'a bot takes a command');
select is(pg_temp.step('c1', 'acknowledged'), 'replayed acknowledged', 'once');
select is(pg_temp.step('c1', 'acknowledged', p_by => 'other'), 'conflict acknowledged by', 'one does');
select is((select c.status from trading.fn_commands(pg_temp.u('account'), pg_temp.u('b1')) as c limit 1), 'acknowledged', 'it is still to be done');
-- no event: time passes
update trading.bot_commands set expires_at = clock_timestamp() where command_id in (pg_temp.u('c1'), pg_temp.u('c2'));
select is(pg_temp.step('c1', 'done', p_detail => 'paused'), 'created done', 'what was acknowledged expires no more');
select is(pg_temp.step('c1', 'done', p_detail => 'paused'), 'replayed done', 'done once');
select is(pg_temp.step('c1', 'done'), 'conflict done detail', 'in one way');
select is(pg_temp.step('c1', 'acknowledged'), 'replayed done', 'its first step is answered as it was, with how far it is');
select is(pg_temp.step('c1', 'failed'), 'refused done finished', 'and does not fail afterwards');
select is(pg_temp.step('c2', 'acknowledged'), 'refused pending expired', 'what was not acknowledged in time shall not be obeyed');
select is(pg_temp.step('c2', 'done'), 'refused pending expired', 'nor be done');
select is(pg_temp.step('c3', 'failed', null, 'executor', 'no connection'), 'created failed', 'an executor that names no bot says that it failed');
select is(pg_temp.step('c4', 'done', p_ctx => pg_temp.ctx('b1') || '{"fence": 1}'), 'refused pending fenced', 'who speaks as the bot holds its lease');
select is(pg_temp.step('c4', 'done'), 'created done', 'a step may be left out');
select is((select (c.status, c.acknowledged_by, c.finished_by, c.detail, c.finished_at >= c.acknowledged_at)::text
             from trading.fn_commands(pg_temp.u('account'), p_command_id => pg_temp.u('c1')) as c), '(done,bot,bot,paused,t)', 'the command with its steps');
select is((select (c.status, c.acknowledged_by, c.finished_by, c.detail)::text
             from trading.fn_commands(pg_temp.u('account'), p_command_id => pg_temp.u('c3')) as c), '(failed,,executor,"no connection")', 'another');
select is((select string_agg(c.status, ', ') from trading.fn_commands(pg_temp.u('account')) as c), 'pending', 'one is left');
select is(pg_temp.events('c1') || '; ' || pg_temp.events('c4'),
    'bot_commanded 1, command_acknowledged 2, command_done 3, command_step_refused 4; bot_commanded 1, command_step_refused 2, command_done 3', 'events');
select is((select string_agg(concat_ws(' ', l.action, l.outcome, l.actor), ', ' order by l.at)
             from trading.risk_audit_log as l where l.subject_id = pg_temp.u('c4')::text),
    'trading.command_bot created ann, trading.acknowledge_command refused bot, trading.acknowledge_command created bot', 'who did what');
select throws_ok($$ select pg_temp.step('c5', 'done', 'b2') $$, 'TB002', null, 'the command of another bot');
select throws_ok($$ select pg_temp.step('none', 'done') $$, 'TB002', null, 'a command that does not exist');
select throws_ok($$ select pg_temp.step('c5', 'begun') $$, 'TB001', null, 'an unknown status');

select * from finish();
rollback;
