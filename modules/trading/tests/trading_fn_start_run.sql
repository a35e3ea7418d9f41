begin;
select plan(13);

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

select is((select r::text from trading.fn_start_run(pg_temp.u('account'), pg_temp.u('run'), 'paper', 'sma', 'abc', '{"n": 1}',
                                                    '{"actor": "tap"}') as r),
    format('(created,%s,running,)', pg_temp.u('run')), 'a run starts');
select is((select r::text from trading.fn_start_run(pg_temp.u('account'), pg_temp.u('run'), 'paper', 'sma', 'abc', '{"n": 1.0}') as r),
    format('(replayed,%s,running,)', pg_temp.u('run')), 'the same again is a replay');
select is((select r.conflict_field from trading.fn_start_run(pg_temp.u('account'), pg_temp.u('run'), 'paper', 'sma', 'abd', '{"n": 1}') as r),
    'code_revision', 'another revision is a conflict');
select is((select r::text from trading.fn_finish_run(pg_temp.u('account'), pg_temp.u('run'), 'finished') as r),
    format('(created,%s,finished,)', pg_temp.u('run')), 'it ends');
select is((select r::text from trading.fn_finish_run(pg_temp.u('account'), pg_temp.u('run'), 'finished') as r),
    format('(replayed,%s,finished,)', pg_temp.u('run')), 'it ends once');
select is((select r::text from trading.fn_finish_run(pg_temp.u('account'), pg_temp.u('run'), 'failed') as r),
    format('(conflict,%s,finished,status)', pg_temp.u('run')), 'and in one way');
select is((select r.status from trading.fn_start_run(pg_temp.u('account'), pg_temp.u('run'), 'paper', 'sma', 'abc', '{"n": 1}') as r),
    'finished', 'a replay of the start says how it stands now');
select is(pg_temp.events(pg_temp.u('run')::text), 'run_started 1, run_finished 2', 'two events, two versions');
select is((select r.ctx from trading.runs as r where r.run_id = pg_temp.u('run')), '{"actor": "tap"}'::jsonb, 'the context is kept');
select throws_ok($$ select trading.fn_start_run(pg_temp.u('account'), pg_temp.u('r2'), 'dry', 'sma', null, null) $$, 'TB001', null, 'unknown kind');
select throws_ok($$ select trading.fn_start_run(pg_temp.u('account'), pg_temp.u('r2'), 'paper', 'sma', null, '[]') $$, 'TB001', null, 'parameters are an object');
select throws_ok($$ select trading.fn_finish_run(pg_temp.u('account'), pg_temp.u('r2'), 'finished') $$, 'TB002', null, 'unknown run');
select throws_ok($$ select trading.fn_finish_run(pg_temp.u('account'), pg_temp.u('run'), 'running') $$, 'TB001', null, 'running is no end');

select * from finish();
rollback;
