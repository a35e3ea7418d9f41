begin;
select plan(9);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
begin
    perform ref.fn_register_currency('USDT', 'Tether', 'stablecoin');
    perform ref.fn_register_currency('BTC', 'Bitcoin', 'crypto');
    perform ref.fn_register_currency('BNB', 'BNB', 'crypto');
    perform ref.fn_register_venue('tap', 'Test venue');
    perform ref.fn_register_instrument(pg_temp.u('spot'), 'tap', 'BTCUSDT', 'spot', 'BTC', 'USDT', null, 0.01, 0.0001);
    perform ref.fn_register_instrument(pg_temp.u('perp'), 'tap', 'BTCUSDT', 'perp', 'BTC', 'USDT');
    perform ref.fn_register_instrument(pg_temp.u('inverse'), 'tap', 'BTCUSD', 'inverse', 'BTC', 'USDT');
    perform trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'paper', 'netting', 1000);
end
$$;

-- The events of an aggregate: short names in order, each with its version.
create function pg_temp.events(p_aggregate_id text) returns text language sql as $$
    select string_agg(split_part(e.event_type, '.', 2) || ' ' || e.aggregate_version, ', ' order by e.id)
      from bus.domain_events as e
     where e.aggregate_id = p_aggregate_id and e.xid = pg_current_xact_id()
$$;

select is((select r::text from trading.fn_save_state(pg_temp.u('account'), pg_temp.u('s1'), 'bot', '2024-01-01Z', '{"n": 1}') as r),
    format('(created,%s,)', pg_temp.u('s1')), 'a state is saved');
select is((select r::text from trading.fn_save_state(pg_temp.u('account'), pg_temp.u('s1'), 'bot', '2024-01-01Z', '{"n": 1}') as r),
    format('(replayed,%s,)', pg_temp.u('s1')), 'the same again is a replay');
select is((select r.conflict_field from trading.fn_save_state(pg_temp.u('account'), pg_temp.u('s1'), 'bot', '2024-01-01Z', '{"n": 2}') as r),
    'state', 'another state is a conflict');
select is((select r.outcome from trading.fn_save_state(pg_temp.u('account'), pg_temp.u('s2'), 'bot', '2024-01-02Z', '{"n": 2}') as r), 'created', 'a later one');
select is((select r.outcome from trading.fn_save_state(pg_temp.u('account'), pg_temp.u('s3'), 'bot', '2024-01-01 12:00Z', '{"n": 3}') as r), 'created',
    'an earlier one, saved later');
select is((select (l.snapshot_id, l.state)::text from trading.fn_load_state(pg_temp.u('account'), 'bot') as l),
    (pg_temp.u('s2'), '{"n": 2}'::jsonb)::text, 'the latest is loaded');
select is((select count(*) from trading.fn_load_state(pg_temp.u('account'), 'other')), 0::bigint, 'nothing under another name');
select is(pg_temp.events(pg_temp.u('account') || '/bot'), 'state_saved 1, state_saved 2, state_saved 3', 'one event for each');
select throws_ok($$ select trading.fn_save_state(pg_temp.u('account'), pg_temp.u('s4'), 'bot', now(), null) $$, 'TB001', null, 'a state is needed');

select * from finish();
rollback;
