-- daybook mirror: function trading._move_position(p_position trading.positions, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_kind text, p_fee_rate numeric, p_filled_at timestamp with time zone, p_version bigint)
-- needs: trading/tables/positions.sql
-- needs: trading/types/position_move.sql

CREATE OR REPLACE FUNCTION trading._move_position(p_position trading.positions, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_kind text, p_fee_rate numeric, p_filled_at timestamp with time zone, p_version bigint)
 RETURNS trading.position_move
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
declare
    v_new trading.position_step;
    v_closed trading.roundtrips;
    v_opens boolean;
    v_gross_closed numeric;
    v_fees_closed numeric;
begin
    if p_fee_kind = 'converted' then
        p_fee := p_fee * p_fee_rate;
        p_fee_kind := 'settle';
    end if;
    v_new := trading._position_apply(p_position.kind, p_position.multiplier, p_position.signed_qty, p_position.open_cost,
                                     p_side, p_qty, p_price, p_fee, p_fee_kind);

    -- least() and greatest() pass over what a flat position has not, and what opens a cycle sets them anew.
    p_position.cycle_low := least(p_position.cycle_low, p_price);
    p_position.cycle_high := greatest(p_position.cycle_high, p_price);
    if p_position.signed_qty <> 0 and v_new.closed_qty = 0 then
        p_position.cycle_qty := trim_scale(p_position.cycle_qty + abs(v_new.signed_qty - p_position.signed_qty));
        p_position.cycle_entry_value := trim_scale(p_position.cycle_entry_value + abs(v_new.open_cost - p_position.open_cost));
    else
        v_opens := v_new.signed_qty <> 0 and sign(v_new.signed_qty) <> sign(p_position.signed_qty);
        v_gross_closed := trim_scale(p_position.realized_gross + v_new.closed_gross);
        v_fees_closed := trim_scale(p_position.fees + v_new.closed_fee);
        if p_position.signed_qty <> 0 then
            p_position.cycle_exit_value := trim_scale(p_position.cycle_exit_value + abs(v_new.closed_value));
            if v_opens or v_new.signed_qty = 0 then
                v_closed := trading._closed_cycle(
                    p_position, trim_scale(v_gross_closed - p_position.cycle_gross_before),
                    trim_scale(v_fees_closed - p_position.cycle_fees_before), p_filled_at, p_version);
            end if;
        end if;
        if v_opens then
            p_position.cycle := p_position.cycle + 1;
            p_position.opened_at := p_filled_at;
            p_position.cycle_version := p_version;
            p_position.cycle_qty := abs(v_new.signed_qty);
            p_position.cycle_entry_value := abs(v_new.open_cost);
            p_position.cycle_exit_value := 0;
            p_position.cycle_low := p_price;
            p_position.cycle_high := p_price;
            p_position.cycle_gross_before := v_gross_closed;
            p_position.cycle_fees_before := v_fees_closed;
        elsif v_new.signed_qty = 0 then
            p_position := trading._flat_position(p_position);
        end if;
    end if;

    p_position.signed_qty := v_new.signed_qty;
    p_position.open_cost := v_new.open_cost;
    p_position.avg_price := v_new.avg_price;
    p_position.realized_gross := trim_scale(p_position.realized_gross + v_new.realized_gross);
    p_position.fees := trim_scale(p_position.fees + v_new.fee_settled);
    return row(p_position, v_new.realized_gross, trim_scale(v_new.realized_gross - v_new.fee_settled), v_closed)::trading.position_move;
end
$function$;

alter function trading._move_position(p_position trading.positions, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_kind text, p_fee_rate numeric, p_filled_at timestamp with time zone, p_version bigint) owner to daybook_api;

comment on function trading._move_position(p_position trading.positions, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_kind text, p_fee_rate numeric, p_filled_at timestamp with time zone, p_version bigint) is 'The position after one live fill on its effective terms, what that realised, and the round trip that it closed, if any. p_version is the fill''s; the position''s version and the time of its latest fill are left to the caller.';

revoke execute on function trading._move_position(p_position trading.positions, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_kind text, p_fee_rate numeric, p_filled_at timestamp with time zone, p_version bigint) from public;
grant execute on function trading._move_position(p_position trading.positions, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_kind text, p_fee_rate numeric, p_filled_at timestamp with time zone, p_version bigint) to daybook_owner;
