-- daybook mirror: function trading._position_apply(p_kind text, p_multiplier numeric, p_signed_qty numeric, p_open_cost numeric, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_kind text)
-- needs: trading/types/position_step.sql

CREATE OR REPLACE FUNCTION trading._position_apply(p_kind text, p_multiplier numeric, p_signed_qty numeric, p_open_cost numeric, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_kind text)
 RETURNS trading.position_step
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
declare
    v_inverse constant boolean := p_kind = 'inverse';
    v_delta numeric := case p_side when 'buy' then p_qty else -p_qty end;
    v_fee_settled constant numeric := case p_fee_kind when 'settle' then p_fee else 0 end;
    v_base_loss numeric;
    v_value numeric;
    v_signed_qty numeric;
    v_open_cost numeric;
    v_avg_price numeric;
    -- null when nothing is closed
    v_realized_gross numeric;
    v_closed_qty numeric;
    v_closed_value numeric;
    v_closed_fee numeric;
    v_closed_gross numeric;
    v_closed_loss numeric;
    v_cost_closed numeric;
begin
    if p_fee_kind = 'base' then
        v_delta := v_delta - p_fee;
        v_base_loss := p_fee * p_price * p_multiplier;
    end if;
    if v_inverse then
        v_value := util.div18(v_delta, p_price);
    else
        v_value := v_delta * p_price;
    end if;
    v_signed_qty := trim_scale(p_signed_qty + v_delta);

    if v_delta * p_signed_qty >= 0 then
        v_open_cost := trim_scale(p_open_cost + v_value);
    else
        v_closed_qty := least(abs(v_delta), abs(p_signed_qty));
        if v_closed_qty = abs(p_signed_qty) then
            v_cost_closed := p_open_cost;
        else
            v_cost_closed := util.div18(p_open_cost * v_closed_qty, abs(p_signed_qty));
        end if;
        -- A flip values what it closes and leaves the rest of the fill's value to what it opens. Of its fee the cycle that ends
        -- bears the share of the quantity that closed it.
        if v_closed_qty = abs(v_delta) then
            v_closed_value := -v_value;
            v_closed_fee := v_fee_settled;
            v_closed_loss := v_base_loss;
        else
            v_closed_value := case when v_inverse then util.div18(p_signed_qty, p_price) else p_signed_qty * p_price end;
            v_closed_fee := util.div18(v_fee_settled * v_closed_qty, abs(v_delta));
            v_closed_loss := util.div18(v_base_loss * v_closed_qty, abs(v_delta));
        end if;
        v_realized_gross := trim_scale(
            case when v_inverse then v_cost_closed - v_closed_value else v_closed_value - v_cost_closed end * p_multiplier);
        v_closed_gross := v_realized_gross;
        v_open_cost := trim_scale(p_open_cost - v_cost_closed + (v_value + v_closed_value));
    end if;
    if v_base_loss is not null then
        v_closed_gross := trim_scale(coalesce(v_closed_gross, 0) - coalesce(v_closed_loss, 0));
        v_realized_gross := trim_scale(coalesce(v_realized_gross, 0) - v_base_loss);
    end if;

    if v_signed_qty = 0 or v_open_cost = 0 then
        v_avg_price := 0;
    elsif v_inverse then
        v_avg_price := util.div18(v_signed_qty, v_open_cost);
    else
        v_avg_price := util.div18(v_open_cost, v_signed_qty);
    end if;
    return row(v_signed_qty, v_open_cost, v_avg_price, coalesce(v_realized_gross, 0), v_fee_settled, coalesce(v_closed_qty, 0),
               coalesce(v_closed_value, 0), coalesce(v_closed_fee, 0), coalesce(v_closed_gross, 0))::trading.position_step;
end
$function$;

alter function trading._position_apply(p_kind text, p_multiplier numeric, p_signed_qty numeric, p_open_cost numeric, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_kind text) owner to daybook_api;

comment on function trading._position_apply(p_kind text, p_multiplier numeric, p_signed_qty numeric, p_open_cost numeric, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_kind text) is 'The position after one fill: state, what the fill realised, and of what it closed the quantity, the value (signed as the position was) and the part of fee and result.';

revoke execute on function trading._position_apply(p_kind text, p_multiplier numeric, p_signed_qty numeric, p_open_cost numeric, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_kind text) from public;
grant execute on function trading._position_apply(p_kind text, p_multiplier numeric, p_signed_qty numeric, p_open_cost numeric, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_kind text) to daybook_owner;
