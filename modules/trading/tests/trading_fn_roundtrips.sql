begin;
select plan(32);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
begin
    perform ref.fn_register_currency('USD', 'Dollar', 'fiat');
    perform ref.fn_register_currency('BTC', 'Bitcoin', 'crypto');
    perform ref.fn_register_venue('tap', 'Test venue');
    perform ref.fn_register_instrument(pg_temp.u('spot'), 'tap', 'BTCUSD', 'spot', 'BTC', 'USD');
    perform ref.fn_register_instrument(pg_temp.u('perp'), 'tap', 'BTCUSD', 'perp', 'BTC', 'USD');
    perform ref.fn_register_instrument(pg_temp.u('inverse'), 'tap', 'BTCUSDI', 'inverse', 'BTC', 'USD');
    perform trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USD', 'paper', 'hedging', 1000);
end
$$;

-- Plays fills, each [side, qty, price, fee, currency of the fee], a minute apart, into a position of that name.
create function pg_temp.play(p_key text, p_fills jsonb, p_instrument text default 'perp') returns void language plpgsql as $$
begin
    perform trading.fn_record_fill(
        pg_temp.u('account'), pg_temp.u(p_key || f.n), pg_temp.u(p_key || (f.fill ->> 0)), pg_temp.u(p_instrument), f.fill ->> 0,
        (f.fill ->> 1)::numeric, (f.fill ->> 2)::numeric, coalesce((f.fill ->> 3)::numeric, 0), f.fill ->> 4, null, null, '', p_key,
        timestamptz '2024-01-01' + f.n * interval '1 minute')
       from jsonb_array_elements(p_fills) with ordinality as f (fill, n);
end
$$;
create function pg_temp.trips(p_key text, p_method text, p_matching text default null) returns text language sql as $$
    select string_agg(concat_ws(' ', r.side, r.qty, r.avg_entry, r.avg_exit, r.net), ', ' order by r.last_version, r.first_version)
      from trading.fn_roundtrips(pg_temp.u('account'), p_method, p_matching, null, p_key) as r
$$;
create function pg_temp.excursions(p_key text, p_method text) returns text language sql as $$
    select string_agg(concat_ws(' ', r.low, r.high, r.mae, r.mfe), ', ' order by r.last_version, r.first_version)
      from trading.fn_roundtrips(pg_temp.u('account'), p_method, null, null, p_key) as r
$$;

-- Long, then short, by a fill that turns the position round
select pg_temp.play('r1', '[["buy",1000,1.07],["sell",2000,1.08],["buy",1000,1.09]]');
select is(pg_temp.trips('r1', m), 'long 1000 1.07 1.08 10, short 1000 1.08 1.09 -10', 'a flip ends one trip and begins another: ' || m)
  from unnest(array['flat_to_flat', 'fill_to_fill', 'flat_to_reduced', 'average']) as m;

-- Two ways in, one way out
select pg_temp.play('r2', '[["buy",1000,1.08],["buy",1000,1.07],["sell",2000,1.09]]');
select is(pg_temp.trips('r2', 'fill_to_fill'), 'long 1000 1.08 1.09 10, long 1000 1.07 1.09 20', 'one for each way in');
select is(pg_temp.trips('r2', 'fill_to_fill', 'lifo'), 'long 1000 1.08 1.09 10, long 1000 1.07 1.09 20', 'in either order');
select is(pg_temp.trips('r2', 'flat_to_flat'), 'long 2000 1.075 1.09 30', 'one for both');
select is(pg_temp.trips('r2', 'flat_to_reduced'), 'long 2000 1.075 1.09 30', 'and one for the way out');

-- One way in, two ways out
select pg_temp.play('r3', '[["buy",2000,1.07],["sell",1000,1.08],["sell",1000,1.09]]');
select is(pg_temp.trips('r3', 'flat_to_flat'), 'long 2000 1.07 1.085 30', 'one for both');
select is(pg_temp.trips('r3', m), 'long 1000 1.07 1.08 10, long 1000 1.07 1.09 20', 'one for each way out: ' || m)
  from unnest(array['fill_to_fill', 'flat_to_reduced', 'average']) as m;

-- Which of two comes out first
select pg_temp.play('r4', '[["buy",1000,1.07],["buy",1000,1.08],["sell",1000,1.09]]');
select is(pg_temp.trips('r4', 'fill_to_fill', 'fifo'), 'long 1000 1.07 1.09 20', 'the first in');
select is(pg_temp.trips('r4', 'fill_to_fill', 'lifo'), 'long 1000 1.08 1.09 10', 'the last in');
select is(pg_temp.trips('r4', 'flat_to_flat'), null, 'nothing is flat yet');

-- Lots
select pg_temp.play(k, '[["buy",4,100],["buy",5,111.11],["buy",6,122.22]]') from unnest(array['l7', 'l12', 'l16']) as k;
select pg_temp.play(k || 's', format('[["buy",4,100],["buy",5,111.11],["buy",6,122.22],["sell",%s,130]]', substr(k, 2))::jsonb)
  from unnest(array['l7', 'l12', 'l16']) as k;
select is(pg_temp.trips('l7s', 'fill_to_fill', 'fifo'), 'long 4 100 130 120, long 3 111.11 130 56.67', 'first in, first out');
select is(pg_temp.trips('l12s', 'fill_to_fill', 'fifo'), 'long 4 100 130 120, long 5 111.11 130 94.45, long 3 122.22 130 23.34', 'three lots');
select is(pg_temp.trips('l7s', 'fill_to_fill', 'lifo'), 'long 1 111.11 130 18.89, long 6 122.22 130 46.68', 'last in, first out');
select is(pg_temp.trips('l12s', 'fill_to_fill', 'lifo'), 'long 1 100 130 30, long 5 111.11 130 94.45, long 6 122.22 130 46.68', 'three lots, the last first');
select is(pg_temp.trips('l16s', 'fill_to_fill', 'fifo') || (select format(': %s at %s', p.signed_qty, p.avg_price) from trading.positions as p where p.position_key = 'l16s'),
    'long 4 100 130 120, long 5 111.11 130 94.45, long 6 122.22 130 46.68: -1 at 130', 'no cost is carried across flat');
select pg_temp.play('l3', '[["buy",50,115],["buy",50,116],["buy",50,114],["sell",40,120],["sell",35,120],["sell",30,120]]');
select is(pg_temp.trips('l3', 'fill_to_fill', 'hifo'), 'long 40 116 120 160, long 25 115 120 125, long 10 116 120 40, long 25 115 120 125, long 5 114 120 30',
    'the dearest first');
select pg_temp.play('l5', '[["buy",10,40],["buy",10,60],["sell",20,100]]');
select is(pg_temp.trips('l5', 'average'), 'long 20 50 100 1000', 'at average cost');

-- Fees, funding, and the sums
select pg_temp.play('f1', '[["buy",100000,0.75000,1.5],["sell",150000,0.75020,2.2506],["buy",50000,0.75030,0.75030]]');
select is(pg_temp.trips('f1', 'flat_to_flat'), 'long 100000 0.75 0.7502 16.9996, short 50000 0.7502 0.7503 -6.5005', 'a flip shares its fee');
select pg_temp.play('f2', '[["buy",100000,0.70000,1.40],["sell",100000,0.70010,1.40],["buy",150000,0.70020,2.10],["sell",150000,0.70015,2.10],
                            ["sell",200000,0.70025,2.80],["buy",200000,0.70017,2.80]]');
select is((select string_agg(r.net::text, ' ' order by r.cycle) || ': ' || sum(r.net) from trading.fn_roundtrips(pg_temp.u('account'), p_position_key => 'f2') as r),
    '7.2 -11.7 10.4: 5.9', 'three cycles');
select trading.fn_record_funding(pg_temp.u('account'), pg_temp.u('p' || n), pg_temp.u('perp'), timestamptz '2024-01-01' + n * interval '30 seconds', n, p_position_key => 'f2')
  from unnest(array[3, 5, 7, 9]) as n;
select is((select string_agg(concat_ws(' ', r.cycle, r.funding), ', ' order by r.cycle) from trading.fn_roundtrips(pg_temp.u('account'), p_position_key => 'f2') as r),
    '1 8, 2 16, 3 0', 'funding belongs to the cycle that is open, or was the last to be');
select is((select string_agg(concat_ws(' ', r.cycle, r.funding), ', ' order by r.cycle) from trading.fn_roundtrips(pg_temp.u('account'), 'fill_to_fill', p_position_key => 'f2') as r),
    '1 3, 2 7, 3 0', 'by lots only what was paid for any');

-- Excursions: prices of fills, and marks that were given while it was open
select pg_temp.play('e1', '[["buy",1000,1.08],["buy",1000,1.07],["sell",2000,1.09]]', 'spot');
select is(pg_temp.excursions('e1', 'flat_to_flat'), '1.07 1.09 -10 30', 'prices of fills');
select trading.fn_record_equity(pg_temp.u('account'), pg_temp.u('mark' || n), timestamptz '2024-01-01' + n * interval '30 seconds', array[pg_temp.u('spot')], array[price])
  from (values (1, 0.5), (3, 1.065), (5, 1.10), (7, 2)) as m (n, price);
select is(pg_temp.excursions('e1', 'flat_to_flat'), '1.065 1.1 -20 50', 'and marks seen meanwhile');
select is(pg_temp.excursions('e1', 'fill_to_fill'), '1.065 1.1 -15 20, 1.07 1.1 0 30', 'each from its own beginning');

select throws_ok($$ select * from trading.fn_roundtrips(pg_temp.u('account'), 'fifo') $$, 'TB001', null, 'unknown method');
select throws_ok($$ select * from trading.fn_roundtrips(pg_temp.u('account'), 'fill_to_fill', 'any') $$, 'TB001', null, 'unknown matching');
select throws_ok($$ select * from trading.fn_roundtrips(pg_temp.u('account'), 'average', 'fifo') $$, 'TB001', null, 'nothing to match');

select * from finish();
rollback;
