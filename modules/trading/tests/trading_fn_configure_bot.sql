begin;
select plan(19);

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

create function pg_temp.configure(p_change text, p_bot text default 'b1', p_state text default 'running', p_image text default 'v1',
                                  p_params jsonb default '{"n": 1}', p_reason text default 'why')
returns text language sql as $$
    select concat_ws(' ', r.outcome, r.version, r.conflict_field)
      from trading.fn_configure_bot(pg_temp.u('account'), pg_temp.u(p_change), pg_temp.u(p_bot), p_bot, p_state, p_image, p_params, p_reason) as r
$$;

select is(pg_temp.configure('c1'), 'created 1', 'a bot is made');
select is(pg_temp.configure('c1'), 'replayed 1', 'once');
select is(pg_temp.configure('c1', p_state => 'paused'), 'conflict 1 desired_state', 'the same change with another state is a conflict');
select is(pg_temp.configure('c2', p_state => 'paused'), 'created 2', 'it shall be something else');
select is(pg_temp.configure('c1'), 'replayed 1', 'the first change answers with its version still');
select is(pg_temp.configure('c3', 'b2', p_params => null), 'created 1', 'another bot, without parameters');
select is((select string_agg(concat_ws(' ', b.name, b.desired_state, b.image_tag, b.strategy_params, b.version, b.held), ', ')
             from trading.fn_bots(pg_temp.u('account')) as b), 'b1 paused v1 {"n": 1} 2 f, b2 running v1 {} 1 f', 'what the bots should be');
select is((select string_agg(v.desired_state || ' ' || v.reason, ', ' order by v.version) from trading.bot_config_versions as v
            where v.account_id = pg_temp.u('account') and v.bot_id = pg_temp.u('b1')), 'running why, paused why', 'versions are kept');
select is((select string_agg(concat_ws(' ', c.version, c.change_id = pg_temp.u('c' || c.version), c.name, c.desired_state, c.image_tag, c.strategy_params, c.reason, c.actor,
                                       c.changed_by = session_user), ', ')
             from trading.fn_bot_config(pg_temp.u('account'), pg_temp.u('b1')) as c),
    '2 t b1 paused v1 {"n": 1} why t, 1 t b1 running v1 {"n": 1} why t', 'and listed, the newest first');
select is((select array_agg(c.version) from trading.fn_bot_config(pg_temp.u('account'), pg_temp.u('b1'), 1) as c), array[2::bigint], 'so many of them');
select is((select string_agg(split_part(e.event_type, '.', 2) || ' ' || (e.payload ->> 'version'), ', ' order by e.id) from bus.domain_events as e
            where e.aggregate_id = pg_temp.u('b1')::text and e.xid = pg_current_xact_id()), 'bot_configured 1, bot_configured 2', 'and told');
select throws_ok($$ select pg_temp.configure('c4', p_state => 'asleep') $$, 'TB001', null, 'an unknown state');
select throws_ok($$ select pg_temp.configure('c4', p_params => '[]') $$, 'TB001', null, 'parameters are an object');
select throws_ok($$ select pg_temp.configure('c4', p_reason => '') $$, 'TB001', null, 'a reason is needed');

-- The column alone
update trading.bot_configs set desired_state = 'stopped' where account_id = pg_temp.u('account') and bot_id = pg_temp.u('b1');
select is((select concat_ws(' ', b.version, v.desired_state, v.image_tag, v.reason, a.outcome, e.payload ->> 'desired_state')
             from trading.bot_configs as b
             join trading.bot_config_versions as v on v.bot_id = b.bot_id and v.version = b.version
             join audit.audit_log as a on a.subject_id = b.bot_id::text and a.detail ->> 'version' = b.version::text
             join bus.domain_events as e on e.aggregate_id = b.bot_id::text and e.payload ->> 'version' = b.version::text
            where b.bot_id = pg_temp.u('b1')), '3 stopped v1 desired_state was set created stopped', 'a change of it is a version, audited and told');
update trading.bot_configs set desired_state = 'stopped' where account_id = pg_temp.u('account');
select is((select string_agg(b.name || ' ' || b.version, ', ' order by b.name) from trading.bot_configs as b where b.account_id = pg_temp.u('account')), 'b1 3, b2 2',
    'of each bot that it is a change for');
select is(pg_temp.configure('c5', p_state => 'running'), 'created 4', 'the next change of a function counts on');
select throws_ok($$ update trading.bot_configs set desired_state = 'asleep' where bot_id = pg_temp.u('b1') $$, '23514', null, 'to one of its values');
update settings.account_grants set rights = '{read,trade}' where account_id = pg_temp.u('account');
select throws_ok($$ update trading.bot_configs set desired_state = 'paused' where bot_id = pg_temp.u('b1') $$, '42501', null, 'by who may manage the account');

select * from finish();
rollback;
