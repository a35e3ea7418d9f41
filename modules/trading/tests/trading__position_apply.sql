begin;
select plan(37);

-- Folds fills, each [side, qty, price, fee, kind of fee], and returns the position with its sums; net is per cycle too.
create function pg_temp.fold(p_kind text, p_multiplier numeric, p_fills jsonb) returns jsonb language plpgsql as $$
declare
    v_fill jsonb;
    v_qty numeric := 0;
    v_cost numeric := 0;
    v_gross numeric := 0;
    v_fees numeric := 0;
    v_closed_net numeric;
    v_cycles numeric[] := '{}';
    v_new record;
begin
    for v_fill in select f from jsonb_array_elements(p_fills) as f loop
        v_new := trading._position_apply(
            p_kind, p_multiplier, v_qty, v_cost, v_fill ->> 0, (v_fill ->> 1)::numeric, (v_fill ->> 2)::numeric,
            coalesce((v_fill ->> 3)::numeric, 0), coalesce(v_fill ->> 4, 'settle'));
        v_gross := v_gross + v_new.realized_gross;
        v_fees := v_fees + v_new.fee_settled;
        if v_new.closed_qty > 0 then
            v_cycles[cardinality(v_cycles)] := v_cycles[cardinality(v_cycles)] + v_new.realized_gross - v_new.closed_fee;
        end if;
        if v_new.signed_qty <> 0 and sign(v_new.signed_qty) <> sign(v_qty) then
            v_cycles := v_cycles || (v_new.closed_fee - v_new.fee_settled);
        elsif v_new.closed_qty = 0 then
            v_cycles[cardinality(v_cycles)] := v_cycles[cardinality(v_cycles)] + v_new.realized_gross - v_new.fee_settled;
        end if;
        v_qty := v_new.signed_qty;
        v_cost := v_new.open_cost;
    end loop;
    return jsonb_build_object('qty', v_qty, 'cost', v_cost, 'avg', v_new.avg_price, 'gross', trim_scale(v_gross), 'fees', v_fees,
        'net', trim_scale(v_gross - v_fees),
        'cycles', (select jsonb_agg(trim_scale(c) order by i) from unnest(v_cycles) with ordinality as u (c, i)));
end
$$;

-- Selected fields of a fold, rounded, as text.
create function pg_temp.show(p_fold jsonb, p_fields text[], p_scale integer default 18) returns text language sql as $$
    select string_agg(trim_scale(round((p_fold ->> f)::numeric, p_scale))::text, ' ' order by i)
      from unnest(p_fields) with ordinality as u (f, i)
$$;

-- A worked example with a fee of 0.01 %
select is(pg_temp.show(pg_temp.fold('perp', 1, '[["buy",12,100,0.12],["buy",17,99,0.1683]]'), '{qty,avg,net}', 13),
    '29 99.4137931034483 -0.2883', 'two buys average');
select is(pg_temp.show(pg_temp.fold('perp', 1, '[["buy",12,100,0.12],["buy",17,99,0.1683],["sell",9,101,0.0909]]'), '{qty,net}', 8),
    '20 13.89666207', 'a part is sold');
select is(pg_temp.show(pg_temp.fold('perp', 1, '[["buy",12,100,0.12],["buy",17,99,0.1683],["sell",9,101,0.0909],
                                                 ["sell",4,105,0.042]]'), '{qty,net}', 8),
    '16 36.19948966', 'another part is sold');
select is(pg_temp.show(pg_temp.fold('perp', 1, '[["buy",12,100,0.12],["buy",17,99,0.1683],["sell",9,101,0.0909],
                                                 ["sell",4,105,0.042],["buy",3,103,0.0309]]'), '{qty,avg,net}', 8),
    '19 99.9800363 36.16858966', 'more is bought: the average moves, the realised result only by the fee');

-- With a fee of 0.1 %
select is(pg_temp.show(pg_temp.fold('perp', 1, '[["buy",12,10000,120],["buy",17,9999,169.983]]'), '{avg,net}', 12),
    '9999.413793103448 -289.983', 'with a fee of 0.1 %: average');
select is(pg_temp.show(pg_temp.fold('perp', 1, '[["buy",12,10000,120],["buy",17,9999,169.983],["sell",9,10001,90.009]]'),
    '{net}', 8), '-365.71613793', 'with a fee of 0.1 %: after a sale');
select is(pg_temp.show(pg_temp.fold('perp', 1, '[["buy",12,10000,120],["buy",17,9999,169.983],["sell",9,10001,90.009],
                                                 ["buy",3,10003,30.009]]'), '{avg,net}', 8),
    '9999.88155922 -395.72513793', 'with a fee of 0.1 %: after another buy');
select is(pg_temp.show(pg_temp.fold('perp', 1, '[["buy",12,10000,120],["buy",17,9999,169.983],["sell",9,10001,90.009],
                                                 ["buy",3,10003,30.009],["sell",4,10005,40.02]]'), '{qty,net}', 8),
    '19 -415.27137481', 'with a fee of 0.1 %: after another sale');

-- Currency pairs
select is(pg_temp.show(pg_temp.fold('spot', 1, '[["buy",100000,1.00000,2],["buy",100000,1.00001,2]]'), '{avg}'), '1.000005',
    'average of two');
select is(pg_temp.show(pg_temp.fold('spot', 1, '[["buy",100000,1.00000,2],["buy",100000,1.00001,2],["sell",200000,1.00010,4]]'),
    '{qty,cost,avg,net}'), '0 0 0 11', 'flat: cost and average are zero');
select is(pg_temp.show(pg_temp.fold('spot', 1, '[["sell",100000,1.0,2],["buy",50000,1.00001,2],["buy",50000,1.00003,2]]'),
    '{qty,net}'), '0 -8', 'a short bought back dearer');
select is(trading._position_unrealized('spot', 1, 100000, 100001, 1.00050), 49::numeric, 'unrealised of a long');
select is(trading._position_unrealized('spot', 1, -100000, -100001, 1.00050), -49::numeric, 'unrealised of a short');

-- Averaging down and out
select is(pg_temp.show(pg_temp.fold('spot', 1, '[["buy",100,10],["buy",100,15],["sell",50,12]]'), '{avg,net}'), '12.5 -25',
    'sold below the average');
select is(pg_temp.show(pg_temp.fold('spot', 1, '[["buy",100,10],["buy",100,15],["sell",50,12],["sell",100,20]]'), '{net}'), '725',
    'sold above it');
select is(pg_temp.show(pg_temp.fold('spot', 1, '[["buy",100,10],["buy",100,15],["sell",50,12],["sell",100,20],["sell",50,5]]'),
    '{qty,net}'), '0 350', 'and out');
select is(pg_temp.show(pg_temp.fold('spot', 1, '[["buy",100,10,2.5],["buy",100,15,3.75],["sell",50,12,1.5],["sell",100,20,5],
                                                 ["sell",50,5,0.625]]'), '{net}'), '336.625', 'the same with a fee of 0.25 %');
select is(pg_temp.show(pg_temp.fold('spot', 1, '[["buy",100,3],["buy",100,7],["sell",100,11],["buy",150,15]]'), '{avg,net}'),
    '11 600', 'bought again in between');
select is(pg_temp.show(pg_temp.fold('spot', 1, '[["buy",100,3],["buy",100,7],["sell",100,11],["buy",150,15],["sell",100,19],
                                                 ["sell",150,23]]'), '{net}'), '3200', 'and out again');
select is(pg_temp.show(pg_temp.fold('spot', 1, '[["buy",100,3,0.75],["buy",100,7,1.75],["sell",100,11,2.75],["buy",150,15,5.625],
                                                 ["sell",100,19,4.75],["sell",150,23,8.625]]'), '{net}'), '3175.75',
    'the same with a fee of 0.25 %');

-- Flips
select is(pg_temp.show(pg_temp.fold('perp', 1, '[["buy",10,100],["sell",15,102]]'), '{qty,cost,avg,gross}'), '-5 -510 102 20',
    'long to short: the rest opens at the price of the fill');
select is(pg_temp.show(pg_temp.fold('perp', 1, '[["sell",10,100],["buy",15,102]]'), '{qty,cost,avg,gross}'), '5 510 102 -20',
    'short to long');
select is(pg_temp.show(pg_temp.fold('perp', 1, '[["buy",10,100],["sell",15,105],["buy",10,110]]'), '{qty,cost,gross}'), '5 550 25',
    'there and back');
select is(pg_temp.show(pg_temp.fold('perp', 1, '[["buy",100,1],["sell",50,2],["sell",100,3]]'), '{qty,avg}'), '-50 3',
    'reduced, then flipped to short');
select is(pg_temp.show(pg_temp.fold('perp', 1, '[["buy",50,1],["sell",100,2],["buy",100,3]]'), '{qty,avg}'), '50 3',
    'flipped twice');
select is(pg_temp.show(pg_temp.fold('perp', 1, '[["buy",300,0.80],["sell",100,1.00]]'), '{qty,avg,gross}'), '200 0.8 20',
    'reducing leaves the average');
select is(pg_temp.fold('perp', 1, '[["buy",100000,0.75000,1.5],["sell",150000,0.75020,2.2506],["buy",50000,0.75030,0.75030]]') -> 'cycles',
    '[16.9996, -6.5005]'::jsonb, 'a flip shares its fee between the cycle it ends and the one it begins');
select is(pg_temp.fold('perp', 1, '[["buy",100000,0.70000,1.40],["sell",100000,0.70010,1.40],["buy",150000,0.70020,2.10],
                                    ["sell",150000,0.70015,2.10],["sell",200000,0.70025,2.80],["buy",200000,0.70017,2.80]]')
          #- '{avg}' #- '{gross}' #- '{fees}',
    '{"qty": 0, "cost": 0, "net": 5.9, "cycles": [7.2, -11.7, 10.4]}'::jsonb, 'three cycles, and their sum');

-- Inverse contracts
select is(pg_temp.show(pg_temp.fold('inverse', 1, '[["sell",100000,10000],["buy",100000,11000]]'), '{qty,cost,net}', 8),
    '0 0 -0.90909091', 'inverse: short that rose');
select is(pg_temp.show(pg_temp.fold('inverse', 1, '[["buy",1000,1000],["sell",1000,1250]]'), '{net}', 8), '0.2',
    'inverse: long that rose');
select is(pg_temp.show(pg_temp.fold('inverse', 1, '[["buy",100000,10500],["sell",100000,11505.60]]'), '{net}', 8), '0.83238969',
    'inverse: another long');
select is(pg_temp.show(pg_temp.fold('inverse', 1, '[["sell",1250000,15500],["buy",1250000,12506.65]]'), '{net}', 8), '19.301667',
    'inverse: short that fell');

-- Fees in the base currency
select is(pg_temp.show(pg_temp.fold('spot', 1, '[["buy",1,2000,0.001,"base"],["sell",0.999,2100,2]]'), '{qty,cost,gross,fees,net}'),
    '0 0 97.9 2 95.9', 'a base fee is realised at the price of its fill: the result is what the cash says');
select is(pg_temp.show(pg_temp.fold('spot', 1, '[["buy",1,2000,0.001,"base"],["sell",0.999,2100,0.000999,"base"]]'), '{qty}'),
    '-0.000999', 'a base fee on the way out leaves a short remainder');
select is(pg_temp.show(pg_temp.fold('spot', 1, '[["buy",0.0035,100,0.00001,"base"],["buy",0.0035,100,0.00001,"base"],
                                                 ["buy",0.0030,100,0.00001,"base"]]'), '{qty}'), '0.00997', 'base fees add up');

-- Multiplier, third asset, rounding
select is(pg_temp.show(pg_temp.fold('perp', 0.01, '[["buy",3,100,0.5,"other"],["sell",1,110,0.5,"other"]]'), '{qty,cost,gross,fees}'),
    '2 200 0.1 0', 'the multiplier scales results and not costs; a fee in a third asset touches neither');
select is(pg_temp.show(pg_temp.fold('perp', 1, '[["buy",1,1],["buy",2,0.333333333333333333],["sell",1,1],["sell",1,1],["sell",1,1]]'),
    '{qty,cost,gross}'), '0 0 1.333333333333333334', 'the last close takes what rounding left');

select * from finish();
rollback;
