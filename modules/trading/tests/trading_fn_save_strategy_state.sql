begin;
select plan(18);

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
create function pg_temp.save(p_change text, p_state jsonb, p_bot text default 'b1', p_name text default 'trend', p_token bigint default null) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.version, r.refusal_code, r.conflict_field)
      from trading.fn_save_strategy_state(pg_temp.u('account'), pg_temp.u(p_bot), coalesce(p_token, (pg_temp.ctx(p_bot) ->> 'fence')::bigint), pg_temp.u(p_change),
                                          p_name, p_state) as r
$$;

select is(pg_temp.save('s1', '{"n": 1}'), 'created 1', 'a state is saved');
select is(pg_temp.save('s1', '{"n": 1}'), 'replayed 1', 'once');
select is(pg_temp.save('s1', '{"n": 2}'), 'conflict 1 state', 'another state is a conflict');
select is(pg_temp.save('s1', '{"n": 1}', 'b2'), 'conflict 1 bot_id', 'another bot too');
select is(pg_temp.save('s1', '{"n": 1}', p_name => 'other'), 'conflict 1 name', 'and another name');
select is(pg_temp.save('s2', '2'), 'created 2', 'the next version');
select is(pg_temp.save('s3', '[]', p_name => 'risk'), 'created 1', 'of another name the first');
select is(pg_temp.save('s4', '4', 'b2'), 'created 1', 'of another bot too');
select is((select string_agg(concat_ws(' ', s.name, s.version, s.state), ', ') from trading.fn_strategy_state(pg_temp.u('account'), pg_temp.u('b1')) as s),
    'risk 1 [], trend 2 2', 'the latest of each name');
select is((select s.state from trading.fn_strategy_state(pg_temp.u('account'), pg_temp.u('b1'), 'risk') as s), '[]', 'or of one');
select is(pg_temp.save('s5', '5', p_token => 1), 'refused fenced', 'a token that does not count');
select is(pg_temp.save('s5', '5', p_token => (pg_temp.ctx('b2') ->> 'fence')::bigint), 'refused fenced', 'that of another bot');

-- Another instance takes over
do $$ begin perform trading.fn_release_lease(pg_temp.u('account'), pg_temp.u('b1'), (pg_temp.ctx('b1') ->> 'fence')::bigint); end $$;
do $$ begin perform trading.fn_acquire_lease(pg_temp.u('account'), pg_temp.u('b1'), pg_temp.u('a later'), 'host 2', '1 hour'); end $$;
create function pg_temp.first() returns bigint language sql as $$ select g.token from trading.bot_lease_grants as g where g.acquire_id = pg_temp.u('a b1') $$;
select is(pg_temp.save('s6', '6', p_token => pg_temp.first()), 'refused fenced', 'the one before overwrites nothing');
select is(pg_temp.save('s2', '2', p_token => pg_temp.first()), 'replayed 2', 'what it had saved stays saved');
select is(pg_temp.save('s7', '7'), 'created 3', 'the next goes on');
select is((select (s.version = v.version, s.state = v.state, s.token = v.token, v.token > pg_temp.first())::text
             from trading.bot_strategy_state as s join trading.bot_strategy_state_versions as v using (account_id, bot_id, name)
            where s.account_id = pg_temp.u('account') and s.bot_id = pg_temp.u('b1') and s.name = 'trend' order by v.version desc limit 1), '(t,t,t,t)',
    'the row is the newest version, with the token that wrote it');
select throws_ok($$ select pg_temp.save('s8', '8', 'none', p_token => 1) $$, 'TB002', null, 'a bot that does not exist');
select throws_ok($$ select pg_temp.save('s8', null) $$, 'TB001', null, 'a state is needed');

select * from finish();
rollback;
