begin;
select plan(13);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
begin
    perform ref.fn_register_currency('USDT', 'USDT', 'other');
    perform ref.fn_register_venue('tap', 'Test venue');
    perform trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'paper', 'netting', 1000);
    perform trading.fn_configure_bot(pg_temp.u('account'), pg_temp.u('b1'), pg_temp.u('b1'), 'b1', 'running', null, null, 'test');
end
$$;
create function pg_temp.set(p_change text, p_account text, p_bot text, p_value numeric, p_name text default 'max_drawdown', p_unit text default '%',
                            p_reason text default 'why', p_actor text default 'ann')
returns text language sql as $$
    select concat_ws(' ', r.outcome, r.version, r.conflict_field)
      from trading.fn_set_threshold(pg_temp.u(p_change), pg_temp.u(p_account), pg_temp.u(p_bot), p_name, p_value, p_unit, p_reason, p_actor) as r
$$;

select is(pg_temp.set('c1', 'account', null, 10), 'created 1', 'a threshold of an account');
select is(pg_temp.set('c1', 'account', null, 10.0), 'replayed 1', 'said once');
select is(pg_temp.set('c1', 'account', null, 11), 'conflict 1 value', 'another value is a conflict');
select is(pg_temp.set('c1', 'account', 'b1', 10), 'conflict 1 bot_id', 'another bot too');
select is(pg_temp.set('c1', 'account', null, 10, p_unit => 'bp'), 'conflict 1 unit', 'another unit too');
select is(pg_temp.set('c2', 'account', null, 8), 'created 2', 'it is changed');
select is(pg_temp.set('c3', 'account', 'b1', 5), 'created 1', 'one of a bot');
select is(pg_temp.set('c4', null, null, 20), 'created 1', 'and one of all trading');
select results_eq(
    $$ select t.bot_id is not null, t.value, t.unit, t.version from trading.fn_thresholds(pg_temp.u('account')) as t where t.name = 'max_drawdown' $$,
    $$ values (false, 20::numeric, '%', 1::bigint), (false, 8, '%', 2), (true, 5, '%', 1) $$, 'all that concern the account are listed');
select is(pg_temp.set('c5', 'account', null, null), 'created 3', 'one is removed');
select is((select count(*) from trading.fn_thresholds(pg_temp.u('account'))), 2::bigint, 'and not listed any more');
select is((select string_agg(coalesce(v.value::text, '-') || ' ' || v.reason, ', ' order by v.version) from trading.risk_config_versions as v
            where v.account_id = pg_temp.u('account') and v.bot_id <> pg_temp.u('b1')), '10 why, 8 why, - why', 'every version is kept');
select throws_ok($$ select pg_temp.set('c9', 'account', 'none', 1) $$, 'TB002', null, 'an unknown bot');

select * from finish();
rollback;
