begin;
select plan(41);

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
create function pg_temp.start(p_deploy text, p_bot text default 'b1', p_image text default 'green', p_params jsonb default '{"fast": 2}', p_reason text default 'why',
                              p_tolerance interval default '10s') returns text language sql as $$
    select concat_ws(' ', r.outcome, r.state, r.conflict_field, r.refusal_code)
      from trading.fn_start_deploy(pg_temp.u('account'), pg_temp.u(p_deploy), pg_temp.u(p_bot), p_image, p_params, p_reason, 'ann', p_tolerance) as r
$$;
create function pg_temp.step(p_deploy text, p_to text, p_differences bigint default null, p_step text default null, p_reason text default 'why') returns text
language sql as $$
    select concat_ws(' ', r.outcome, r.state, r.conflict_field, r.refusal_code)
      from trading.fn_advance_deploy(pg_temp.u('account'), pg_temp.u(p_deploy), coalesce(pg_temp.u(p_step), gen_random_uuid()), p_to, p_reason, 'ann', p_differences) as r
$$;
create function pg_temp.acquire(p_acquire text, p_deploy text default null) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.conflict_field, r.refusal_code)
      from trading.fn_acquire_lease(pg_temp.u('account'), pg_temp.u('b1'), pg_temp.u(p_acquire), 'h', '1h', pg_temp.u(p_deploy)) as r
$$;
create function pg_temp.submit(p_order text, p_acquire text) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.refusal_code)
      from trading.fn_submit_order(pg_temp.u('account'), pg_temp.u(p_order), pg_temp.u('perp'), 'buy', 'limit', 1, 100, null, 'gtc',
                                   p_ctx => jsonb_build_object('bot', pg_temp.u('b1'), 'fence', (select g.token from trading.bot_lease_grants as g where g.acquire_id = pg_temp.u(p_acquire)))) as r
$$;
create function pg_temp.bot() returns text language sql as $$
    select concat_ws(' ', b.image_tag, b.strategy_params ->> 'fast', b.desired_state, b.version) from trading.bot_configs as b where b.bot_id = pg_temp.u('b1')
$$;
create function pg_temp.state(p_deploy text) returns text language sql as $$ select d.state from trading.deploys as d where d.deploy_id = pg_temp.u(p_deploy) $$;

-- Beginning
select is(pg_temp.start('d1'), 'created requested', 'a deploy is asked for');
select is(pg_temp.start('d1'), 'replayed requested', 'once');
select is(pg_temp.start('d1', p_image => 'other'), 'conflict requested image_tag', 'another image is a conflict');
select is(pg_temp.start('d1', p_params => '{}'), 'conflict requested strategy_params', 'other parameters too');
select is(pg_temp.start('d1', p_tolerance => '1s'), 'conflict requested tolerance', 'and another tolerance');
select is(pg_temp.start('d2'), 'refused deploy_under_way', 'a second one of the bot has to wait');
select matches((select r.refusal_detail from trading.fn_start_deploy(pg_temp.u('account'), pg_temp.u('d2'), pg_temp.u('b1'), 'x', '{}', 'r', 'bob') as r),
    format('^deploy %s of green, asked for by ann, is requested$', pg_temp.u('d1')), 'and is told for whom');
select is(pg_temp.start('e1', 'b2'), 'created requested', 'another bot has one of its own');
select throws_ok($$ select pg_temp.start('d3', 'none') $$, 'TB002', null, 'a bot that does not exist');
select throws_ok($$ select pg_temp.start('d3', p_params => null) $$, 'TB001', null, 'parameters are not forgotten');
select throws_ok($$ select pg_temp.start('d3', p_tolerance => '-1s') $$, 'TB001', null, 'a tolerance is not negative');

-- Blue trades, green may not
select is(pg_temp.acquire('blue'), 'created', 'blue has the lease');
select is(pg_temp.step('d1', 'switching', 0), 'refused requested illegal_transition', 'no switch to a build that was not in shadow');
select is(pg_temp.step('d1', 'starting', p_step => 's1'), 'created starting', 'it is started');
select is(pg_temp.step('d1', 'starting', p_step => 's1'), 'replayed starting', 'once');
select is(pg_temp.step('d1', 'failed', p_step => 's1'), 'conflict starting to_state', 'a step leads to one state');
select is(pg_temp.step('d1', 'starting', p_step => 's1', p_reason => 'else'), 'conflict starting reason', 'for one reason');
select is(pg_temp.step('d1', 'shadowing'), 'created shadowing', 'it is in shadow');
select is(pg_temp.acquire('green early', 'd1'), 'refused not_in_force', 'and cannot acquire the lease');
select is(pg_temp.submit('o1', 'blue'), 'created', 'blue submits');
select is(pg_temp.step('d1', 'switching', p_step => 's2'), 'refused shadowing differences', 'no switch before somebody looked at the comparison');
select is(pg_temp.step('d1', 'switching', p_step => 's2'), 'refused shadowing differences', 'the answer stays');
select is(pg_temp.step('d1', 'switching', 0), 'refused shadowing differences', 'nor with more differences than were accepted');
select is(pg_temp.bot(), 'blue 1 running 1', 'nothing has changed');

-- The switch
select is(pg_temp.step('d1', 'switching', 1), 'created switching', 'the switch');
select is(pg_temp.bot(), 'green 2 running 2', 'gives the bot the build and its parameters');
select is(pg_temp.submit('o2', 'blue'), 'refused fenced', 'nothing of blue gets through');
select is(pg_temp.acquire('blue again'), 'refused not_in_force', 'nor can it acquire the lease again');
select is(pg_temp.step('d1', 'active'), 'refused switching not_held', 'active is a deploy with a process');
select is(pg_temp.acquire('green', 'd1'), 'created', 'green acquires the lease');
select is(pg_temp.submit('o3', 'green'), 'created', 'and submits');
select is(pg_temp.step('d1', 'active'), 'created active', 'and is active');

-- The next one, and back
select is((select string_agg(s, ', ') from (select pg_temp.start('d4', p_image => 'teal', p_params => '{"fast": 3}') union all select pg_temp.step('d4', 'starting')
              union all select pg_temp.step('d4', 'shadowing')) as t (s)), 'created requested, created starting, created shadowing', 'the next deploy');
select is(pg_temp.step('d1', 'rolled_back'), 'refused active deploy_under_way', 'while it is on its way the one in force stays');
select is(pg_temp.step('d4', 'switching', 0), 'created switching', 'it takes over');
select is(pg_temp.state('d1'), 'replaced', 'the one before is replaced');
select is(pg_temp.step('d4', 'rolled_back'), 'created rolled_back', 'it is rolled back');
select is(pg_temp.bot() || ' ' || pg_temp.state('d1'), 'green 2 running 4 active', 'and the one before is in force again');
select is(pg_temp.acquire('teal', 'd4') || ', ' || pg_temp.acquire('green again', 'd1'), 'refused not_in_force, created', 'with the right to the lease');
select is(pg_temp.step('d1', 'rolled_back') || ' ' || pg_temp.bot() || ', ' || pg_temp.acquire('blue at last'),
    'created rolled_back blue 1 running 5, created', 'the first is rolled back to where nothing was deployed');
select is((select string_agg(s.from_state || ' ' || s.to_state || ' ' || s.outcome, ', ' order by s.step) from trading.deploy_steps as s where s.deploy_id = pg_temp.u('d1')),
    'requested switching refused, requested starting created, starting shadowing created, shadowing switching refused, shadowing switching refused, '
    'shadowing switching created, switching active refused, switching active created, active rolled_back refused, active replaced created, replaced active created, '
    'active rolled_back created', 'every step is kept');

select * from finish();
rollback;
