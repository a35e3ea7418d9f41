-- Over pseudo-random fills, always the same ones, the master identity holds after every single fill, to the last decimal:
--     realized_gross + unrealized(mark) = -sum(side * qty * px * m) + signed_qty * mark * m
begin;
select plan(5);

create temp table fold (kind text, fills integer, flips integer, flats integer, wrong integer);

do $$
declare
    v_kind text;
    v_m numeric;
    v_qty numeric; v_cost numeric; v_gross numeric; v_cash numeric; v_held numeric;
    v_side text; v_q numeric; v_px numeric; v_fee numeric; v_fee_kind text; v_mark numeric; v_marked numeric; v_sign numeric;
    v_new record;
    v_wrong integer; v_flips integer; v_flats integer;
    c_fills constant integer := 2000;
begin
    perform setseed(0.4242);
    foreach v_kind in array array['spot', 'perp', 'inverse'] loop
        v_m := case v_kind when 'spot' then 1 when 'perp' then 0.001 else 100 end;
        v_qty := 0; v_cost := 0; v_gross := 0; v_cash := 0; v_held := 0; v_wrong := 0; v_flips := 0; v_flats := 0;
        for i in 1..c_fills loop
            v_side := case when random() < 0.5 then 'buy' else 'sell' end;
            v_sign := case v_side when 'buy' then 1 else -1 end;
            -- From dust to whales: the scale of quantity and price changes from fill to fill.
            v_q := trunc(1 + random() * 999999999)::numeric * power(10::numeric, trunc(random() * 12)::numeric - 15);
            v_px := trunc(1 + random() * 999999)::numeric * power(10::numeric, trunc(random() * 12)::numeric - 12);
            v_mark := trunc(1 + random() * 999999)::numeric * power(10::numeric, trunc(random() * 12)::numeric - 12);
            -- Now and then exactly what is open, so that positions go flat.
            if v_qty <> 0 and random() < 0.1 then
                v_q := abs(v_qty);
                v_sign := -sign(v_qty);
                v_side := case v_sign when 1 then 'buy' else 'sell' end;
            end if;
            v_fee_kind := case when v_kind = 'spot' and random() < 0.3 then 'base' else 'settle' end;
            v_fee := round(v_q * 0.00123456789, 18) * case when random() < 0.2 then -1 else 1 end;

            v_new := trading._position_apply(v_kind, v_m, v_qty, v_cost, v_side, v_q, v_px, v_fee, v_fee_kind);
            v_gross := v_gross + v_new.realized_gross;
            v_held := v_held + v_sign * v_q - case v_fee_kind when 'base' then v_fee else 0 end;
            if v_kind = 'inverse' then
                v_cash := v_cash + v_sign * util.div18(v_q, v_px) * v_m;
            else
                v_cash := v_cash - v_sign * v_q * v_px * v_m;
            end if;
            v_marked := case v_kind when 'inverse' then -util.div18(v_held, v_mark) else v_held * v_mark end;
            if v_new.signed_qty <> v_held
               or v_new.signed_qty = 0 and (v_new.open_cost <> 0 or v_new.avg_price <> 0)
               or v_gross + trading._position_unrealized(v_kind, v_m, v_new.signed_qty, v_new.open_cost, v_mark)
                  <> v_cash + v_marked * v_m
            then
                v_wrong := v_wrong + 1;
            end if;
            v_flips := v_flips + case when sign(v_new.signed_qty) * sign(v_qty) < 0 then 1 else 0 end;
            v_flats := v_flats + case when v_new.signed_qty = 0 then 1 else 0 end;
            v_qty := v_new.signed_qty;
            v_cost := v_new.open_cost;
        end loop;
        insert into fold values (v_kind, c_fills, v_flips, v_flats, v_wrong);
    end loop;
end
$$;

select is(f.wrong, 0, format('%s: the identity holds after each of %s fills', f.kind, f.fills)) from fold as f order by f.kind;
select ok(bool_and(f.flips >= 50), 'the fills flip the position often') from fold as f;
select ok(bool_and(f.flats >= 20), 'the fills close the position often') from fold as f;

select * from finish();
rollback;
