begin;
select plan(32);

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

create function pg_temp.step(p_step text, p_move text default 'move', p_account text default 'account', p_place text default 'there')
returns text language sql as $$
    select concat_ws(' ', r.outcome, r.state, r.refusal_code) from trading.fn_move_account(pg_temp.u(p_account), pg_temp.u(p_move), p_step, p_place) as r
$$;
create function pg_temp.deposit(p_entry text, p_account text default 'account') returns text language plpgsql as $$
begin
    return (select r.outcome from trading.fn_record_cash(pg_temp.u(p_account), pg_temp.u(p_entry), 'deposit', 'USDT', 1, now()) as r);
exception when others then
    return sqlstate;
end
$$;

-- Away.
select is(pg_temp.step('leave'), 'refused here illegal_step', 'an account that is not copied does not leave');
select is(pg_temp.step('arrive', 'other move'), 'refused here account_exists', 'an account that is here does not arrive');
select is((select r.outcome from trading.fn_halt(pg_temp.u('halt'), 'account', pg_temp.u('account'), null, 'stop', 'somebody') as r), 'created', 'a halt');
select is(pg_temp.step('copy'), 'refused here halted', 'keeps it where it is');
do $$ begin perform trading.fn_resume(pg_temp.u('account'), pg_temp.u('halt'), 'go', 'somebody'); end $$;
select is(pg_temp.step('copy'), 'created copying', 'it is copied');
select is(pg_temp.step('copy'), 'replayed copying', 'once');
select is(pg_temp.step('copy', 'other move'), 'refused copying illegal_step', 'by one move at a time');
select is(pg_temp.deposit('c1'), 'created', 'and written to meanwhile');
select is(pg_temp.step('left'), 'refused copying illegal_step', 'nobody may write to it when it has left');
select is(pg_temp.step('leave'), 'created leaving', 'it leaves');
select is(pg_temp.deposit('c2'), 'TB005', 'nothing more is written');
select lives_ok($$ select trading.fn_cash(pg_temp.u('account')) $$, 'it can be read');
select is(pg_temp.step('abort'), 'created here', 'the move is given up');
select is(pg_temp.step('abort'), 'replayed here', 'once');
select is(pg_temp.deposit('c2'), 'created', 'it is written to again');
select is(pg_temp.step('copy', 'second move') || ', ' || pg_temp.step('leave', 'second move') || ', ' || pg_temp.step('left', 'second move'),
    'created copying, created leaving, created moved', 'another move');
select is(pg_temp.step('left', 'second move'), 'replayed moved', 'it left once');
select is(pg_temp.deposit('c3'), 'TB005', 'it is kept elsewhere');
select is(pg_temp.step('abort', 'second move'), 'refused moved illegal_step', 'what has left cannot be given up');
select throws_ok($$ select trading.fn_take_rows(pg_temp.u('account'), pg_temp.u('second move'), 'cash_entries', '[]') $$, 'TB004', null,
    'nothing is taken over for an account that does not arrive');

-- And back.
select is(pg_temp.step('arrive', 'third move'), 'created arriving', 'it comes back');
select is(pg_temp.deposit('c3'), 'TB005', 'and is written to by nobody but the move');
create function pg_temp.take(p_table text, p_rows json, p_progress jsonb default null) returns text language sql as $$
    select r.outcome || ' ' || r.rows_taken from trading.fn_take_rows(pg_temp.u('account'), pg_temp.u('third move'), p_table, p_rows, p_progress) as r
$$;
create function pg_temp.entry(p_entry text, p_account text) returns json language sql as $$
    select json_build_array(json_build_object('account_id', pg_temp.u(p_account), 'entry_id', pg_temp.u(p_entry), 'kind', 'deposit', 'currency', 'USDT',
        'amount', '1.5', 'occurred_at', '2024-01-01T00:00:00Z', 'recorded_at', '2024-01-01T00:00:00Z'))
$$;
select is(pg_temp.take('cash_entries', pg_temp.entry('c4', 'account')), 'created 1', 'a row is taken over');
select is(pg_temp.take('cash_entries', pg_temp.entry('c4', 'account')), 'replayed 0', 'once');
select is(pg_temp.take('cash_entries', pg_temp.entry('c5', 'another')), 'replayed 0', 'and none of another account');
select is(pg_temp.take('domain_events', json_build_array(json_build_object('id', 7, 'event_id', pg_temp.u('e'), 'event_type', 'trading.cash_recorded',
    'account_id', pg_temp.u('account'), 'aggregate_type', 'cash', 'aggregate_id', pg_temp.u('account') || '/X', 'aggregate_version', 3,
    'occurred_at', '2024-01-01T00:00:00Z', 'recorded_at', '2024-01-01T00:00:00Z', 'payload', '{}'::json))), 'created 1', 'an event is taken over');
select is((select h.version from bus.aggregate_heads as h where h.aggregate_id = pg_temp.u('account') || '/X'), 3::bigint, 'with the version of its aggregate');
select throws_ok($$ select pg_temp.take('accounts_', '[]') $$, 'TB001', null, 'a table that is none of a book');
select throws_ok($$ select pg_temp.take('fills', '{}') $$, 'TB001', null, 'rows that are no array');
select is(pg_temp.step('arrived', 'third move'), 'created here', 'it has arrived');
select is(pg_temp.deposit('c3'), 'created', 'and is written to');
select results_eq($$ select distinct e.event_type from bus.domain_events as e where e.account_id = pg_temp.u('account') and e.aggregate_type = 'move' order by 1 $$,
    $$ values ('trading.account_move_stepped'), ('trading.move_refused'), ('trading.rows_taken') $$, 'what was told of it');

select * from finish();
rollback;
