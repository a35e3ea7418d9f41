begin;
select plan(15);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
begin
    perform ref.fn_register_currency('USDT', 'Tether', 'stablecoin');
    perform ref.fn_register_currency('BTC', 'Bitcoin', 'crypto');
    perform ref.fn_register_venue('tap', 'Test venue');
    perform ref.fn_register_instrument(pg_temp.u('perp'), 'tap', 'BTCUSDT', 'perp', 'BTC', 'USDT');
    perform trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'paper', 'netting', 1000);
    perform trading.fn_open_account(pg_temp.u('other'), 'other', 'tap', 'USDT', 'paper', 'netting', 1000);
    perform trading.fn_configure_bot(pg_temp.u('account'), pg_temp.u(b), pg_temp.u(b), b, 'running', null, null, 'test') from unnest(array['b1', 'b2']) as b;
end
$$;

create function pg_temp.resume(p_halt text, p_account text, p_reason text default 'over', p_actor text default 'bob') returns text language sql as $$
    select concat_ws(' ', r.outcome, r.halts_left, r.conflict_field)
      from trading.fn_resume(pg_temp.u(p_account), pg_temp.u(p_halt), p_reason, p_actor) as r
$$;
do $$
begin
    perform trading.fn_halt(pg_temp.u('all'), 'global', null, null, 'why', 'ann');
    perform trading.fn_halt(pg_temp.u('one'), 'account', pg_temp.u('account'), null, 'why', 'ann');
    perform trading.fn_halt(pg_temp.u('bot'), 'bot', pg_temp.u('account'), pg_temp.u('b1'), 'why', 'ann');
end
$$;

select is((select string_agg(s.scope || coalesce(' ' || (s.bot_id = pg_temp.u('b1')), '') || ' ' || s.actor, ', ')
             from trading.fn_risk_status(pg_temp.u('account')) as s), 'global ann, account ann, bot true ann', 'what is halted, the widest first');
select is((select count(*) from trading.fn_risk_status(pg_temp.u('other'))), 1::bigint, 'another account sees what stops it');
select is((select count(*) from trading.fn_risk_status() as s where s.scope = 'global' or s.account_id = pg_temp.u('account')), 3::bigint,
    'all that the caller may read');

select throws_ok($$ select pg_temp.resume('one', null) $$, 'TB002', null, 'a halt of an account is none of all trading');
select throws_ok($$ select pg_temp.resume('none', 'account') $$, 'TB002', null, 'an unknown halt');
select throws_ok($$ select pg_temp.resume('one', 'account', p_reason => '') $$, 'TB001', null, 'a reason is needed');
select throws_ok($$ select pg_temp.resume('one', 'account', p_actor => null) $$, 'TB001', null, 'and who says so');

select is(pg_temp.resume('bot', 'account'), 'created 2', 'a halt of a bot ends; those of its account and of all trading are left');
select is(pg_temp.resume('one', 'account'), 'created 1', 'that of the account ends');
select is(pg_temp.resume('one', 'account'), 'replayed 1', 'once');
select is(pg_temp.resume('one', 'account', p_reason => 'else'), 'conflict 1 reason', 'another reason is a conflict');
select is(pg_temp.resume('one', 'account', p_actor => 'ann'), 'conflict 1 actor', 'another actor too');
select is(pg_temp.resume('all', null), 'created 0', 'that of all trading ends');
select is((select count(*) from trading.fn_risk_status(pg_temp.u('account'))), 0::bigint, 'nothing is halted');
select is((select string_agg(concat_ws(' ', l.action, l.scope, l.actor, l.reason), ', ' order by l.at)
             from trading.risk_audit_log as l where l.account_id = pg_temp.u('account') or l.subject_id = pg_temp.u('all')::text),
    'trading.halt global ann why, trading.halt account ann why, trading.halt bot ann why, trading.resume bot bob over, '
    'trading.resume account bob over, trading.resume global bob over', 'who did what, and why');

select * from finish();
rollback;
