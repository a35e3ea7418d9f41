begin;
select plan(15);

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
do $$
begin
    perform trading.fn_acquire_lease(pg_temp.u('account'), pg_temp.u('b1'), pg_temp.u('blue'), 'h', '1h');
    perform trading.fn_start_deploy(pg_temp.u('account'), pg_temp.u('d1'), pg_temp.u('b1'), 'green', '{}', 'why', 'ann', '2 seconds');
end
$$;
create function pg_temp.advance(p_to text, p_differences bigint default null) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.refusal_detail)
      from trading.fn_advance_deploy(pg_temp.u('account'), pg_temp.u('d1'), gen_random_uuid(), p_to, 'why', 'ann', p_differences) as r
$$;
-- What blue orders, and what green would: at a second of a minute, with a key or none.
create function pg_temp.blue(p_order text, p_at integer, p_side text default 'buy', p_qty numeric default 1, p_price numeric default 100, p_key text default null)
returns text language sql as $$
    select r.outcome
      from trading.fn_submit_order(pg_temp.u('account'), pg_temp.u(p_order), pg_temp.u('perp'), p_side, 'limit', p_qty, p_price, null, 'gtc', p_idempotency_key => p_key,
                                   p_submitted_at => '2024-03-01 12:00Z'::timestamptz + make_interval(secs => p_at),
                                   p_ctx => jsonb_build_object('bot', pg_temp.u('b1'), 'fence', (select l.token from trading.bot_leases as l where l.bot_id = pg_temp.u('b1')))) as r
$$;
create function pg_temp.green(p_order text, p_at integer, p_side text default 'buy', p_qty numeric default 1, p_price numeric default 100, p_key text default null,
                              p_instrument text default 'perp')
returns text language sql as $$
    select concat_ws(' ', r.outcome, r.conflict_field, r.refusal_code)
      from trading.fn_record_shadow_order(pg_temp.u('account'), pg_temp.u('d1'), pg_temp.u(p_order), pg_temp.u(p_instrument), p_side, 'limit', p_qty, p_price, null, 'gtc',
                                          '2024-03-01 12:00Z'::timestamptz + make_interval(secs => p_at), p_key) as r
$$;
create function pg_temp.compared() returns text language sql as $$
    select string_agg(concat_ws(' ', (select n from unnest(array['b1','b2','b3','b4','b5','b6','b7']) as n where pg_temp.u(n) = c.order_id),
                                (select n from unnest(array['g1','g2','g3','g4','g5','g6','g7','g8']) as n where pg_temp.u(n) = c.shadow_order_id),
                                c.result, c.paired_by, (select string_agg(k, '+' order by k) from jsonb_object_keys(c.differences) as k)), ', '
                      order by coalesce(c.blue_at, c.green_at), c.order_id, c.shadow_order_id)
      from trading.fn_compare_shadow(pg_temp.u('account'), pg_temp.u('d1')) as c
$$;

select is(pg_temp.blue('before', 0), 'created', 'an order before the shadow');
select is(pg_temp.green('g0', 0), 'refused not_in_shadow', 'green is not in shadow yet');
select is(pg_temp.advance('starting') || ', ' || pg_temp.advance('shadowing'), 'created, created', 'and now it is');
select is(pg_temp.green('g1', 1), 'created', 'an order in shadow');
select is(pg_temp.green('g1', 1), 'replayed', 'once');
select is(pg_temp.green('g1', 1, p_qty => 2), 'conflict qty', 'with one quantity');
select is(pg_temp.green('g1', 1, p_instrument => 'other'), 'conflict instrument_id', 'of one instrument');
select throws_ok($$ select pg_temp.green('g0', 1, p_instrument => 'none') $$, 'TB002', null, 'that is registered');
select is((select string_agg(distinct s, ', ') from (
               select pg_temp.blue('b1', 0)
               union all select pg_temp.blue('b2', 2) union all select pg_temp.green('g2', 4)
               union all select pg_temp.blue('b3', 10, p_key => 'k3') union all select pg_temp.green('g3', 40, p_qty => 2, p_price => 101, p_key => 'k3')
               union all select pg_temp.blue('b4', 50) union all select pg_temp.green('g4', 50, 'sell')
               union all select pg_temp.blue('b5', 60, p_key => 'k5') union all select pg_temp.green('g5', 60, p_key => 'other')
               union all select pg_temp.blue('b6', 70, p_key => 'k6') union all select pg_temp.green('g6', 71, p_instrument => 'perp')
               union all select pg_temp.green('g7', 90, p_instrument => 'other')) as t (s)), 'created', 'what both decided');
select is(pg_temp.green('g8', 99, p_key => 'k3'), 'conflict idempotency_key', 'a key is of one decision');
select is(pg_temp.compared(), concat_ws(', ', 'b1 g1 matched time', 'b2 g2 matched time', 'b3 g3 differs key price+qty',
    (select string_agg(x, ', ' order by i) from (values ('b4 only_blue', 1), ('g4 only_green', 2)) as v (x, i)),
    'b5 only_blue', 'g5 only_green', 'b6 g6 matched time', 'g7 only_green'), 'compared');
select is((select c.differences::text from trading.fn_compare_shadow(pg_temp.u('account'), pg_temp.u('d1')) as c where c.result = 'differs'),
    '{"qty": {"blue": "1", "green": "2"}, "price": {"blue": "100", "green": "101"}}', 'what differs, with both values');
select is(pg_temp.advance('switching', 5), 'refused blue and green differ in 6 of 9 decisions; 5 were accepted', 'the switch counts them');
select is(pg_temp.advance('switching', 6) || ', ' || pg_temp.green('g9', 100), 'created, refused not_in_shadow', 'nothing is recorded after it');
select is((select count(*) from trading.fn_compare_shadow(pg_temp.u('account'), pg_temp.u('d1'))), 9::bigint, 'and the comparison stays as it was');

select * from finish();
rollback;
