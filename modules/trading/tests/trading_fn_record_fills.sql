begin;
select plan(29);

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

create function pg_temp.u_all(p_names text[]) returns uuid[] language sql immutable as $$
    select array_agg(md5(n)::uuid order by i) from unnest(p_names) with ordinality as u (n, i)
$$;
create function pg_temp.fills(p_fills text[], p_orders text[], p_instruments text[], p_sides text[], p_qtys numeric[], p_prices numeric[])
returns setof text language sql as $$
    select concat_ws(' ', r.idx, r.outcome, r.order_status, r.order_cum_qty, r.position_qty, r.position_avg_price, r.realized_pnl,
                     nullif(r.flags, '{}'), r.conflict_field)
      from trading.fn_record_fills(
               pg_temp.u('account'), pg_temp.u_all(p_fills), pg_temp.u_all(p_orders), pg_temp.u_all(p_instruments), p_sides, p_qtys,
               p_prices, array_fill(0.1, array[cardinality(p_fills)]), null, null, null, null, null,
               array_fill(now(), array[cardinality(p_fills)])) as r
$$;
do $$
begin
    perform trading.fn_submit_order(pg_temp.u('account'), pg_temp.u('buy'), pg_temp.u('perp'), 'buy', 'market', 3, null, null, null);
    perform trading.fn_submit_order(pg_temp.u('account'), pg_temp.u('sell'), pg_temp.u('perp'), 'sell', 'market', 3, null, null, null);
end
$$;

select results_eq(
    $$ select pg_temp.fills('{f1,f2,f3,f4}', '{buy,sell,buy,ext}', '{perp,perp,perp,spot}', '{buy,sell,buy,buy}', '{1,3,2,1}', '{100,110,90,7}') $$,
    $$ values ('1 created partially_filled 1 1 100 -0.1'), ('2 created filled 3 -2 110 9.8'), ('3 created filled 3 0 0 49.7'),
              ('4 created partially_filled 1 1 7 -0.1 {orphan}') $$,
    'fills are applied in the order given, a flip among them, and answered in it');
select results_eq(
    $$ select pg_temp.fills('{f4,f1,f9,f2}', '{ext,buy,ext,sell}', '{spot,perp,spot,perp}', '{buy,buy,buy,sell}', '{1,1,1,4}', '{7,100,8,110}') $$,
    $$ values ('1 replayed partially_filled 1 1 7 -0.1 {orphan}'), ('2 replayed partially_filled 1 1 100 -0.1'),
              ('3 created partially_filled 2 2 7.5 -0.2 {orphan}'), ('4 conflict qty') $$,
    'replays, a new one and a conflict in one batch');
select is(pg_temp.events(pg_temp.u('sell')::text), 'order_submitted 1, fill_recorded 2, fill_conflicted 3', 'an event per fact');
select results_eq(
    $$ select pg_temp.fills('{g1,g1}', '{g,g}', '{perp,perp}', '{buy,buy}', '{1,1}', '{1,1}') $$,
    $$ values ('1 created partially_filled 1 1 1 49.6 {orphan}'), ('2 replayed partially_filled 1 1 1 49.6 {orphan}') $$,
    'the same fill twice in one batch counts once');
select results_eq(
    $$ select r.outcome || ' ' || r.conflict_field || ' ' || (select count(*) from trading.positions as p where p.position_key = 'p')
         from trading.fn_record_fills(
                  pg_temp.u('account'), pg_temp.u_all('{f1,k1}'), pg_temp.u_all('{buy,buy}'), pg_temp.u_all('{perp,perp}'), '{buy,buy}', '{1,1}', '{100,100}',
                  '{0.1,0.1}', null, null, null, null, '{p,p}', array[now(), now()]) as r $$,
    $$ values ('conflict position_key 0'), ('conflict order.position_key 0') $$, 'no position is made for fills that are only answered');
select results_eq(
    $$ select split_part(f, ' ', 2) || coalesce(' ' || substring(f from '[a-z_.]*instrument_id$'), '')
         from pg_temp.fills('{n1,n1,n2,n3}', '{n,n,o,o}', '{spot,inverse,spot,inverse}', '{buy,buy,buy,buy}', '{1,1,1,1}', '{7,7,7,7}') as f $$,
    $$ values ('created'), ('conflict instrument_id'), ('created'), ('conflict order.instrument_id') $$, 'at odds with what came earlier in the batch');
select is((select count(*) from trading.positions as p where p.account_id = pg_temp.u('account') and p.instrument_id = pg_temp.u('inverse')),
    0::bigint, 'no position is made for those either');
select results_eq(
    $$ select split_part(f, ' ', 2) || coalesce(' ' || substring(f from '[a-z_.]*instrument_id$'), '')
         from pg_temp.fills('{n4,n4}', '{sell,q}', '{spot,inverse}', '{sell,buy}', '{1,1}', '{7,7}') as f $$,
    $$ values ('conflict order.instrument_id'), ('created') $$, 'a fill that was refused in its first form makes the position of its second');
create function pg_temp.keyed(p_fills text[], p_orders text[], p_sides text[], p_key text) returns setof text language sql as $$
    select concat_ws(' ', r.outcome, r.conflict_field)
      from trading.fn_record_fills(
               pg_temp.u('keys'), pg_temp.u_all(p_fills), pg_temp.u_all(p_orders), pg_temp.u_all('{perp,perp}'), p_sides, '{1,1}', '{100,100}',
               '{0.1,0.1}', null, null, null, null, array[p_key, p_key], array[now(), now()]) as r
$$;
do $$
begin
    perform trading.fn_open_account(pg_temp.u('keys'), 'keys', 'tap', 'USDT', 'paper', 'netting', 1000);
    perform trading.fn_submit_order(pg_temp.u('keys'), pg_temp.u('keyed'), pg_temp.u('perp'), 'buy', 'market', 3, null, null, null, p_position_key => 'r');
end
$$;
select results_eq($$ select pg_temp.keyed('{r1,r2}', '{keyed,keyed}', '{sell,buy}', 'r') $$, $$ values ('conflict order.side'), ('created') $$,
    'a fill that is new comes after one at odds with its order');
select is(pg_temp.events(pg_temp.u('keyed')::text), 'order_submitted 1, fill_recorded 2, fill_conflicted 3', 'and is recorded before it');
select results_eq($$ select pg_temp.keyed('{r2,s2}', '{made,made}', '{sell,buy}', 's') $$, $$ values ('conflict order_id'), ('created') $$,
    'a fill that is new comes after a known one that names its order');
select is(pg_temp.events(pg_temp.u('made')::text), 'order_imported 1, fill_recorded 2, fill_conflicted 3', 'and is recorded before it, too');
select is((select count(*) from trading.fn_record_fills(pg_temp.u('account'), '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')),
    0::bigint, 'an empty batch answers nothing');
select throws_matching($$ select pg_temp.fills('{h1,h2}', '{h,h}', '{perp,perp}', '{buy,bye}', '{1,1}', '{1,1}') $$, 'fill 2 of the batch: argument p_side',
    'a malformed element is named');
select throws_ok($$ select pg_temp.fills('{h1,h2}', '{h,h}', '{perp,perp}', '{buy,bye}', '{1,1}', '{1,1}') $$, 'TB001', null, 'and refused');
select is((select count(*) from trading.fills as f where f.fill_id = pg_temp.u('h1')), 0::bigint, 'with the whole batch');
select throws_ok($$ select pg_temp.fills('{h1,h2}', '{h,h}', '{perp,perp}', '{buy,buy}', '{1}', '{1,1}') $$, 'TB001', null, 'arrays of one length');
select throws_ok($$ select pg_temp.fills('{h1,h2}', '{h,i}', '{perp,none}', '{buy,buy}', '{1,1}', '{1,1}') $$, 'TB002', null, 'unknown instrument');
select throws_ok(
    $$ select trading.fn_record_fills(pg_temp.u('account'), array_fill(pg_temp.u('f'), array[10001]), null, null, null, null, null, null, null, null, null, null, null, null) $$,
    'TB001', null, 'a batch has a limit');

-- Many fills, pseudo-random but always the same, over several orders and positions; then everything is added up again.
do $$
begin
    perform setseed(0.7);
    perform from trading.fn_record_fills(
        pg_temp.u('account'),
        array(select pg_temp.u('m' || i) from generate_series(1, 600) as i),
        array(select pg_temp.u('mo' || i % 2 || '/' || i % 3) from generate_series(1, 600) as i),
        array(select pg_temp.u((array['spot', 'perp', 'inverse'])[1 + i % 3]) from generate_series(1, 600) as i),
        array(select (array['buy', 'sell'])[1 + i % 2] from generate_series(1, 600) as i),
        array(select (1 + trunc(random() * 100000))::numeric / 1000 from generate_series(1, 600) as i),
        array(select (1 + trunc(random() * 100000))::numeric / 100 from generate_series(1, 600) as i),
        array(select (trunc(random() * 1000))::numeric / 100000 from generate_series(1, 600) as i),
        array(select (array['USDT', 'BTC', 'BNB'])[1 + trunc(random() * 3)::integer] from generate_series(1, 600) as i),
        null, null, null, null,
        array(select now() + i * interval '1 second' from generate_series(1, 600) as i));
end
$$;
select is((select count(*) from trading.fills as f where f.account_id = pg_temp.u('account')), 609::bigint, 'all fills are there');
select is(
    (select count(*)
       from trading.orders as o
       left join lateral (select sum(f.qty) as qty, sum(f.qty * f.price) as value, count(*) as fills
                            from trading.fills as f where f.account_id = o.account_id and f.order_id = o.order_id) as f on true
      where o.account_id = pg_temp.u('account') and (o.cum_qty <> coalesce(f.qty, 0) or o.cum_value <> coalesce(f.value, 0))),
    0::bigint, 'every order holds the sum of its fills');
select is(
    (select count(*)
       from (select f.instrument_id, f.fee_currency, sum(f.fee) as fees from trading.fills as f
              where f.account_id = pg_temp.u('account') and f.fee <> 0 group by 1, 2) as f
       left join (select p.instrument_id, v.currency, v.amount from trading.v_position_fees as v
                    join trading.positions as p on p.account_id = v.account_id and p.position_id = v.position_id
                   where v.account_id = pg_temp.u('account')) as v
         on v.instrument_id = f.instrument_id and v.currency = f.fee_currency
      where v.amount is distinct from f.fees),
    0::bigint, 'fees add up per position and currency');
-- The position is rebuilt from its fills alone, in the order of their numbers.
create function pg_temp.rebuild(p_position trading.positions) returns text language plpgsql as $$
declare
    v_fill record;
    v_new record;
    v_qty numeric := 0;
    v_cost numeric := 0;
    v_gross numeric := 0;
    v_fees numeric := 0;
begin
    for v_fill in
        select * from trading.fills as f
         where f.account_id = p_position.account_id and f.instrument_id = p_position.instrument_id and f.position_key = p_position.position_key
         order by f.position_version
    loop
        v_new := trading._position_apply(p_position.kind, p_position.multiplier, v_qty, v_cost, v_fill.side, v_fill.qty, v_fill.price, v_fill.fee,
            trading._fee_kind(p_position.kind, p_position.base_currency, p_position.currency, v_fill.fee, v_fill.fee_currency,
                               v_fill.fee_rate));
        v_qty := v_new.signed_qty;
        v_cost := v_new.open_cost;
        v_gross := trim_scale(v_gross + v_new.realized_gross);
        v_fees := trim_scale(v_fees + v_new.fee_settled);
        if (v_fill.position_qty, v_fill.realized_gross, v_fill.position_realized) is distinct from (v_qty, v_new.realized_gross, trim_scale(v_gross - v_fees)) then
            return 'fill ' || v_fill.position_version || ' differs';
        end if;
    end loop;
    return (v_qty, v_cost, v_gross, v_fees)::text;
end
$$;
select is(
    (select string_agg(pg_temp.rebuild(p), ' ' order by p.position_id) from trading.positions as p where p.account_id = pg_temp.u('account')),
    (select string_agg((p.signed_qty, p.open_cost, p.realized_gross, p.fees)::text, ' ' order by p.position_id)
       from trading.positions as p where p.account_id = pg_temp.u('account')),
    'every position equals the fold of its fills');
select is(
    (select count(*)
       from (select f.position_version, row_number() over (partition by f.instrument_id, f.position_key order by f.position_version) as n
               from trading.fills as f where f.account_id = pg_temp.u('account')) as x
      where x.position_version <> x.n),
    0::bigint, 'fills of a position are numbered without a gap');
select is(
    (select count(*)
       from (select e.aggregate_version, row_number() over (partition by e.aggregate_id order by e.id) as n
               from bus.domain_events as e where e.account_id = pg_temp.u('account') and e.aggregate_type = 'order') as x
      where x.aggregate_version <> x.n),
    0::bigint, 'events of an order are numbered without a gap, in the order of their ids');

-- The same facts one by one and in batches, in two accounts: what the book holds and tells is the same. Sides change often enough that positions
-- grow, shrink, close and flip; fees are in every currency, times go back, orders overfill and some are not in the book.
create temporary table facts as
select i, md5('c' || i)::uuid as fill_id, md5('co' || (i / 7) % 9)::uuid as order_id, i % 3 as kind,
       (array['buy', 'sell'])[1 + (i / 7) % 9 % 2] as side, (1 + trunc(random() * 1000))::numeric / 100 as qty,
       (1 + trunc(random() * 1000))::numeric / 10 as price, (trunc(random() * 5) - 1)::numeric / 100 as fee,
       (array['USDT', 'USDT', null, 'BTC', 'BNB'])[1 + trunc(random() * 5)::integer] as fee_currency,
       case when random() < 0.5 then 2.5 end as fee_rate, (array['maker', 'taker', null])[1 + i % 3] as liquidity,
       case when i % 4 <> 0 then 'T' || i end as trade_id, now() + (i + trunc(random() * 9)) * interval '1 second' as filled_at
  from generate_series(1, 400) as i;
do $$
begin
    update facts set order_id = md5(order_id::text || kind)::uuid;
    for v_account in 1..2 loop
        perform trading.fn_open_account(pg_temp.u('same' || v_account), 'same' || v_account, 'tap', 'USDT', 'paper', 'netting', 1000);
        perform trading.fn_submit_order(pg_temp.u('same' || v_account), f.order_id, pg_temp.u((array['spot', 'perp', 'inverse'])[1 + f.kind]), f.side,
                                        'market', 100, null, null, null)
           from (select distinct f.order_id, f.kind, f.side from facts as f where f.i % 50 <> 0 order by f.order_id limit 20) as f;
        -- a correction and a bust that overtake their fills
        perform trading.fn_correct_fill(pg_temp.u('same' || v_account), md5('cc')::uuid, md5('c77')::uuid, 5, 6, null, null, null, 'mended', now());
        perform trading.fn_bust_fill(pg_temp.u('same' || v_account), md5('cb')::uuid, md5('c151')::uuid, null, 'broken', now());
    end loop;
    perform trading.fn_record_fill(
               pg_temp.u('same1'), f.fill_id, f.order_id, pg_temp.u((array['spot', 'perp', 'inverse'])[1 + f.kind]), f.side, f.qty, f.price, f.fee,
               f.fee_currency, f.liquidity, f.trade_id, null, null, f.filled_at, f.fee_rate)
       from (select * from facts order by i) as f;
    perform from (select array_agg(f order by f.i) as f from facts as f group by f.i / 100 order by f.i / 100) as b,
         trading.fn_record_fills(
               pg_temp.u('same2'), array(select f.fill_id from unnest(b.f) as f), array(select f.order_id from unnest(b.f) as f),
               array(select pg_temp.u((array['spot', 'perp', 'inverse'])[1 + f.kind]) from unnest(b.f) as f), array(select f.side from unnest(b.f) as f),
               array(select f.qty from unnest(b.f) as f), array(select f.price from unnest(b.f) as f), array(select f.fee from unnest(b.f) as f),
               array(select f.fee_currency from unnest(b.f) as f), array(select f.liquidity from unnest(b.f) as f),
               array(select f.trade_id from unnest(b.f) as f), null, null, array(select f.filled_at from unnest(b.f) as f),
               array(select f.fee_rate from unnest(b.f) as f));
end
$$;
create function pg_temp.held(p_account text, p_table text) returns setof text language plpgsql as $$
begin
    return query execute format(
        'select (to_jsonb(t) - %L::text[])::text from %s as t where t.account_id = $1 order by 1',
        '{account_id,position_id,recorded_at,updated_at,submitted_at,id,xid,event_id,occurred_at}', p_table)
        using pg_temp.u(p_account);
end
$$;
select results_eq($$ select pg_temp.held('same2', 'trading.fills') $$, $$ select pg_temp.held('same1', 'trading.fills') $$,
    'a batch answers and holds the fills that come one by one');
select is((select count(distinct f.flags::text) > 4 and bool_or(f.realized_gross > 0) and count(distinct f.position_cycle) > 9
             from trading.fills as f where f.account_id = pg_temp.u('same1')), true, 'among them many of each sort');
select results_eq(
    $$ select t, pg_temp.held('same2', t) from unnest('{trading.positions,trading.orders,trading.roundtrips,trading.position_fees}'::text[]) as t $$,
    $$ select t, pg_temp.held('same1', t) from unnest('{trading.positions,trading.orders,trading.roundtrips,trading.position_fees}'::text[]) as t $$,
    'and everything that they move');
select results_eq(
    $$ select e.event_type, e.aggregate_id, e.aggregate_version, e.payload - 'position_id' - 'account_id' from bus.domain_events as e
        where e.account_id = pg_temp.u('same2') and e.aggregate_type = 'order' order by e.aggregate_id, e.id $$,
    $$ select e.event_type, e.aggregate_id, e.aggregate_version, e.payload - 'position_id' - 'account_id' from bus.domain_events as e
        where e.account_id = pg_temp.u('same1') and e.aggregate_type = 'order' order by e.aggregate_id, e.id $$,
    'and tells the same, of each order in the same order');

select * from finish();
rollback;
