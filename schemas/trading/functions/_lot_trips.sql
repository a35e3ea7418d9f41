-- daybook mirror: function trading._lot_trips(p_position trading.positions, p_method text, p_matching text)
-- needs: trading/tables/positions.sql

CREATE OR REPLACE FUNCTION trading._lot_trips(p_position trading.positions, p_method text, p_matching text)
 RETURNS TABLE(cycle bigint, side text, opened_at timestamp with time zone, closed_at timestamp with time zone, qty numeric, entry_value numeric, exit_value numeric, gross numeric, fees numeric, funding numeric, low numeric, high numeric, first_version bigint, last_version bigint)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_held trading.positions := trading._flat_position(p_position);
    v_lots trading.lot[] := '{}';
    v_seen numeric[] := '{}';
    v_lot trading.lot;
    v_closed record;
    v_fact record;
    v_step trading.position_step;
    v_kind text;
    v_loss numeric;
    v_closed_loss numeric;
begin
    v_held.cycle := 0;
    for v_fact in
        select * from trading._position_facts(p_position)
    loop
        if v_fact.price is not null then
            v_seen := v_seen || v_fact.price;
        end if;
        continue when v_fact.kind = 'mark';
        if v_fact.kind = 'funding' then
            v_lots := trading._fund_lots(v_lots, v_fact.funding);
            continue;
        end if;

        v_kind := trading._fee_kind_of(p_position, v_fact.fee, v_fact.fee_currency, v_fact.fee_rate);
        v_step := trading._position_apply(
            v_held.kind, v_held.multiplier, v_held.signed_qty, v_held.open_cost, v_fact.side, v_fact.qty, v_fact.price,
            case v_kind when 'converted' then v_fact.fee * v_fact.fee_rate else v_fact.fee end,
            case v_kind when 'converted' then 'settle' else v_kind end);
        v_loss := case v_kind when 'base' then v_fact.fee * v_fact.price * v_held.multiplier else 0 end;
        v_closed_loss := case when v_step.closed_qty > 0 then v_step.realized_gross + v_loss - v_step.closed_gross else 0 end;

        if v_step.closed_qty > 0 then
            v_lot := row(v_step.closed_qty, v_fact.price, abs(v_step.closed_value), v_closed_loss, v_step.closed_fee, 0,
                         v_fact.at, v_fact.version, cardinality(v_seen));
            v_closed := trading._close_lots(v_lots, v_held, v_lot, p_method, p_matching);
            v_lots := v_closed.p_lots;
            return query
                select t.cycle, t.side, t.opened_at, t.closed_at, t.qty, t.entry_value, t.exit_value, t.gross, t.fees, t.funding, s.low,
                       s.high, t.first_version, t.last_version
                  from unnest(v_closed.trips) as t
                 cross join lateral (select min(p.price) as low, max(p.price) as high from unnest(v_seen[t.seen:]) as p (price)) as s;
        end if;
        v_lot := row(abs(v_step.signed_qty - v_held.signed_qty) - v_step.closed_qty, v_fact.price,
                     abs(v_step.open_cost - case when v_step.closed_qty > 0 then 0 else v_held.open_cost end), v_loss - v_closed_loss,
                     v_step.fee_settled - v_step.closed_fee, 0, v_fact.at, v_fact.version, cardinality(v_seen));
        if v_lot.qty > 0 and p_method = 'average' and cardinality(v_lots) = 1 then
            v_lots[1].qty := v_lots[1].qty + v_lot.qty;
            v_lots[1].value := v_lots[1].value + v_lot.value;
            v_lots[1].loss := v_lots[1].loss + v_lot.loss;
            v_lots[1].fees := v_lots[1].fees + v_lot.fees;
        elsif v_lot.qty > 0 then
            v_lots := v_lots || v_lot;
        end if;

        if v_step.signed_qty <> 0 and sign(v_step.signed_qty) <> sign(v_held.signed_qty) then
            v_held.cycle := v_held.cycle + 1;
        end if;
        v_held.signed_qty := v_step.signed_qty;
        v_held.open_cost := v_step.open_cost;
    end loop;
end
$function$;

alter function trading._lot_trips(p_position trading.positions, p_method text, p_matching text) owner to daybook_api;

comment on function trading._lot_trips(p_position trading.positions, p_method text, p_matching text) is 'Round trips of a position by lots: fill_to_fill one for each opening and closing fill, flat_to_reduced one for each closing fill, average the same at average cost.';

revoke execute on function trading._lot_trips(p_position trading.positions, p_method text, p_matching text) from public;
grant execute on function trading._lot_trips(p_position trading.positions, p_method text, p_matching text) to daybook_owner;
