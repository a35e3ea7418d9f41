-- daybook mirror: function trading._position_apply(p_kind text, p_multiplier numeric, p_signed_qty numeric, p_open_cost numeric, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_kind text, OUT signed_qty numeric, OUT open_cost numeric, OUT avg_price numeric, OUT realized_gross numeric, OUT fee_settled numeric, OUT closed_qty numeric, OUT closed_value numeric, OUT closed_fee numeric, OUT closed_gross numeric)

CREATE OR REPLACE FUNCTION trading._position_apply(p_kind text, p_multiplier numeric, p_signed_qty numeric, p_open_cost numeric, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_kind text, OUT signed_qty numeric, OUT open_cost numeric, OUT avg_price numeric, OUT realized_gross numeric, OUT fee_settled numeric, OUT closed_qty numeric, OUT closed_value numeric, OUT closed_fee numeric, OUT closed_gross numeric)
 RETURNS record
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
declare
    v_inverse constant boolean := p_kind = 'inverse';
    v_delta numeric := case p_side when 'buy' then p_qty else -p_qty end;
    v_base_loss numeric;
    v_value numeric;
    v_cost_closed numeric;
    v_closed_loss numeric;
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
    signed_qty := trim_scale(p_signed_qty + v_delta);
    fee_settled := case p_fee_kind when 'settle' then p_fee else 0 end;

    if sign(v_delta) * sign(p_signed_qty) >= 0 then
        closed_qty := 0;
        closed_value := 0;
        closed_fee := 0;
        closed_gross := 0;
        realized_gross := 0;
        open_cost := trim_scale(p_open_cost + v_value);
    else
        closed_qty := least(abs(v_delta), abs(p_signed_qty));
        if closed_qty = abs(p_signed_qty) then
            v_cost_closed := p_open_cost;
        else
            v_cost_closed := util.div18(p_open_cost * closed_qty, abs(p_signed_qty));
        end if;
        -- A flip values what it closes and leaves the rest of the fill's value to what it opens. Of its fee the cycle that ends
        -- bears the share of the quantity that closed it.
        if closed_qty = abs(v_delta) then
            closed_value := -v_value;
            closed_fee := fee_settled;
            v_closed_loss := v_base_loss;
        else
            closed_value := case when v_inverse then util.div18(p_signed_qty, p_price) else p_signed_qty * p_price end;
            closed_fee := util.div18(fee_settled * closed_qty, abs(v_delta));
            v_closed_loss := util.div18(v_base_loss * closed_qty, abs(v_delta));
        end if;
        realized_gross := trim_scale(case when v_inverse then v_cost_closed - closed_value else closed_value - v_cost_closed end
                                     * p_multiplier);
        closed_gross := realized_gross;
        open_cost := trim_scale(p_open_cost - v_cost_closed + (v_value + closed_value));
    end if;
    if v_base_loss <> 0 then
        closed_gross := trim_scale(closed_gross - coalesce(v_closed_loss, 0));
        realized_gross := trim_scale(realized_gross - v_base_loss);
    end if;

    if signed_qty = 0 or open_cost = 0 then
        avg_price := 0;
    elsif v_inverse then
        avg_price := util.div18(signed_qty, open_cost);
    else
        avg_price := util.div18(open_cost, signed_qty);
    end if;
end
$function$;

alter function trading._position_apply(p_kind text, p_multiplier numeric, p_signed_qty numeric, p_open_cost numeric, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_kind text, OUT signed_qty numeric, OUT open_cost numeric, OUT avg_price numeric, OUT realized_gross numeric, OUT fee_settled numeric, OUT closed_qty numeric, OUT closed_value numeric, OUT closed_fee numeric, OUT closed_gross numeric) owner to daybook_api;

comment on function trading._position_apply(p_kind text, p_multiplier numeric, p_signed_qty numeric, p_open_cost numeric, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_kind text, OUT signed_qty numeric, OUT open_cost numeric, OUT avg_price numeric, OUT realized_gross numeric, OUT fee_settled numeric, OUT closed_qty numeric, OUT closed_value numeric, OUT closed_fee numeric, OUT closed_gross numeric) is 'The position after one fill: state, what the fill realised, and of what it closed the quantity, the value (signed as the position was) and the part of fee and result.';

revoke execute on function trading._position_apply(p_kind text, p_multiplier numeric, p_signed_qty numeric, p_open_cost numeric, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_kind text, OUT signed_qty numeric, OUT open_cost numeric, OUT avg_price numeric, OUT realized_gross numeric, OUT fee_settled numeric, OUT closed_qty numeric, OUT closed_value numeric, OUT closed_fee numeric, OUT closed_gross numeric) from public;
grant execute on function trading._position_apply(p_kind text, p_multiplier numeric, p_signed_qty numeric, p_open_cost numeric, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_kind text, OUT signed_qty numeric, OUT open_cost numeric, OUT avg_price numeric, OUT realized_gross numeric, OUT fee_settled numeric, OUT closed_qty numeric, OUT closed_value numeric, OUT closed_fee numeric, OUT closed_gross numeric) to daybook_owner;
