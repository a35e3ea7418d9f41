-- What programs say of their own doing: kept once, read by kind and time, changed by nobody.
begin;
select plan(15);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
begin
    perform ref.fn_register_currency('USDT', 'Tether', 'stablecoin');
    perform ref.fn_register_venue('tap', 'Test venue');
    perform trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'paper', 'netting', 1000);
    perform trading.fn_open_account(pg_temp.u('other'), 'other', 'tap', 'USDT', 'paper', 'netting', 1000);
    perform trading.fn_start_run(pg_temp.u('account'), pg_temp.u('run'), 'paper', 'tap', null, null);
end
$$;

create function pg_temp.say(p_name text, p_kind text, p_content jsonb, p_at timestamptz, p_run uuid default null) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.conflict_field)
      from trading.fn_record_decision(pg_temp.u('account'), pg_temp.u(p_name), p_kind, p_content, p_at, p_run, '{"actor": "tap"}') as r
$$;
create function pg_temp.read(p_kind text, p_from timestamptz, p_to timestamptz, p_limit integer) returns text language sql as $$
    select string_agg(d.content ->> 'n', ' ' order by d.ordinality)
      from trading.fn_decisions(pg_temp.u('account'), p_kind, p_from, p_to, p_limit) with ordinality as d
$$;

select is(pg_temp.say('1', 'decision', '{"n": 1, "why": "the averages crossed"}', '2024-01-01Z', pg_temp.u('run')), 'created', 'a decision is recorded');
select is(pg_temp.say('1', 'decision', '{"why": "the averages crossed", "n": 1}', '2024-01-01Z', pg_temp.u('run')), 'replayed', 'the same again is a replay');
select is(pg_temp.say('1', 'error', '{"n": 1, "why": "the averages crossed"}', '2024-01-01Z', pg_temp.u('run')), 'conflict kind', 'another kind is a conflict');
select is(pg_temp.say('1', 'decision', '{"n": 2}', '2024-01-01Z', pg_temp.u('run')), 'conflict content', 'another content too');
select is(pg_temp.say('1', 'decision', '{"n": 1, "why": "the averages crossed"}', '2024-01-02Z', pg_temp.u('run')), 'conflict occurred_at', 'another time too');
select is(pg_temp.say('1', 'decision', '{"n": 1, "why": "the averages crossed"}', '2024-01-01Z'), 'conflict run_id', 'no run too');
select is(pg_temp.say('3', 'error', '{"n": 3}', '2024-01-03Z') || pg_temp.say('2', 'state_transition', '{"n": 2}', '2024-01-02Z')
          || pg_temp.say('4', 'reconciliation', '{"n": 4}', '2024-01-04Z') || pg_temp.say('5', 'error', '{"n": 5}', '2024-01-05Z'),
          'createdcreatedcreatedcreated', 'the other kinds, in no order');

select is(pg_temp.read(null, null, null, 100), '5 4 3 2 1', 'all are read newest first');
select is(pg_temp.read('error', null, null, 100), '5 3', 'one kind by itself');
select is(pg_temp.read(null, '2024-01-02Z', '2024-01-04Z', 100), '3 2', 'from the first moment on, before the second');
select is(pg_temp.read('error', '2024-01-04Z', null, 1), '5', 'both, and no more than asked for');
select is((select count(*) from trading.fn_decisions(pg_temp.u('other'))), 0::bigint, 'an account reads its own');
select results_eq(
    $$select e.payload ->> 'kind', e.payload ->> 'run_id', e.aggregate_version::bigint, e.ctx ->> 'actor' from bus.domain_events as e
       where e.xid = pg_current_xact_id() and e.event_type = 'trading.decision_recorded' order by e.id limit 2$$,
    $$values ('decision'::text, pg_temp.u('run')::text, 1::bigint, 'tap'::text), ('error', null, 2, 'tap')$$, 'each with its event');
select throws_ok($$ select pg_temp.say('6', 'mood', '{}', now()) $$, 'TB001', null, 'a kind is one of four');
select throws_ok($$ select pg_temp.say('6', 'error', '"text"', now()) $$, 'TB001', null, 'content is an object');

select * from finish();
rollback;
