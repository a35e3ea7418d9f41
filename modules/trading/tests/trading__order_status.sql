begin;
select plan(4);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
begin
    perform ref.fn_register_currency('USDT', 'Tether', 'stablecoin');
    perform ref.fn_register_currency('BTC', 'Bitcoin', 'crypto');
    perform ref.fn_register_venue('tap', 'Test venue');
    perform ref.fn_register_instrument(pg_temp.u('spot'), 'tap', 'BTCUSDT', 'spot', 'BTC', 'USDT');
    perform trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'paper', 'netting', 0);
end
$$;

-- Every combination that a row can hold, written past the functions, since no function would make most of them.
insert into trading.orders (account_id, order_id, origin, instrument_id, side, lifecycle, pending, refusal_code, working_qty, cum_qty)
select pg_temp.u('account'), gen_random_uuid(), 'external', pg_temp.u('spot'), 'buy', l.lifecycle, p.pending,
       case l.lifecycle when 'denied' then 'test' end, w.working_qty, c.cum_qty
  from unnest(array['denied', 'submitted', 'accepted', 'triggered', 'canceled', 'rejected', 'expired']) as l (lifecycle),
       unnest(array['none', 'cancel', 'replace']) as p (pending),
       unnest(array[null, 10.000]) as w (working_qty),
       unnest(array[0, 5, 10.0, 12]) as c (cum_qty);

select is((select count(*) from trading.orders as o where o.account_id = pg_temp.u('account')), 168::bigint,
    'every combination is there');
select is(
    (select count(*)
       from trading.orders as o
      where o.account_id = pg_temp.u('account')
        and o.status is distinct from trading._order_status(o.lifecycle, o.pending, o.working_qty, o.cum_qty)),
    0::bigint, 'the generated status and trading._order_status() never differ');
select is(
    (select count(*)
       from trading.orders as o
      where o.account_id = pg_temp.u('account')
        and o.is_open is distinct from (o.status in
            ('submitted', 'accepted', 'triggered', 'partially_filled', 'pending_cancel', 'pending_replace')
            and o.lifecycle in ('submitted', 'accepted', 'triggered'))),
    0::bigint, 'is_open says what the status says');
select results_eq(
    $$ select s.name, trading._order_status(s.lifecycle, s.pending, 10, s.cum_qty),
              trading._order_leaves(s.lifecycle, 10, s.cum_qty), trading._order_overfill(10, s.cum_qty)
         from (values (1, 'late fill', 'canceled', 'none', 4), (2, 'late and full', 'canceled', 'none', 10),
                      (3, 'full, pending cancel', 'accepted', 'cancel', 10), (4, 'over', 'accepted', 'none', 11),
                      (5, 'filled though rejected', 'rejected', 'none', 10))
              as s (place, name, lifecycle, pending, cum_qty)
        order by s.place $$,
    $$ values ('late fill', 'canceled', 0::numeric, 0::numeric), ('late and full', 'filled', 0, 0),
              ('full, pending cancel', 'pending_cancel', 0, 0), ('over', 'filled', 0, 1),
              ('filled though rejected', 'rejected', 0, 0) $$,
    'precedence of statuses');

select * from finish();
rollback;
