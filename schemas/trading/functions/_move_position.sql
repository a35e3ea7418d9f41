-- daybook mirror: function trading._move_position(INOUT p_position trading.positions, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_kind text, p_fee_rate numeric, p_filled_at timestamp with time zone, OUT realized_gross numeric, OUT realized_net numeric)
-- needs: trading/tables/positions.sql

CREATE OR REPLACE FUNCTION trading._move_position(INOUT p_position trading.positions, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_kind text, p_fee_rate numeric, p_filled_at timestamp with time zone, OUT realized_gross numeric, OUT realized_net numeric)
 RETURNS record
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_new record;
begin
    v_new := trading._position_apply(
        p_position.kind, p_position.multiplier, p_position.signed_qty, p_position.open_cost, p_side, p_qty, p_price,
        case p_fee_kind when 'converted' then p_fee * p_fee_rate else p_fee end,
        case p_fee_kind when 'converted' then 'settle' else p_fee_kind end);

    if v_new.signed_qty = 0 then
        p_position.opened_at := null;
    elsif sign(v_new.signed_qty) <> sign(p_position.signed_qty) then
        p_position.cycle := p_position.cycle + 1;
        p_position.opened_at := p_filled_at;
    end if;
    p_position.signed_qty := v_new.signed_qty;
    p_position.open_cost := v_new.open_cost;
    p_position.avg_price := v_new.avg_price;
    p_position.realized_gross := trim_scale(p_position.realized_gross + v_new.realized_gross);
    p_position.fees := trim_scale(p_position.fees + v_new.fee_settled);
    realized_gross := v_new.realized_gross;
    realized_net := trim_scale(v_new.realized_gross - v_new.fee_settled);
end
$function$;

alter function trading._move_position(INOUT p_position trading.positions, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_kind text, p_fee_rate numeric, p_filled_at timestamp with time zone, OUT realized_gross numeric, OUT realized_net numeric) owner to daybook_api;

comment on function trading._move_position(INOUT p_position trading.positions, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_kind text, p_fee_rate numeric, p_filled_at timestamp with time zone, OUT realized_gross numeric, OUT realized_net numeric) is 'The position after one live fill on its effective terms, and what that realised. Its version and the time of its latest fill are left to the caller.';

revoke execute on function trading._move_position(INOUT p_position trading.positions, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_kind text, p_fee_rate numeric, p_filled_at timestamp with time zone, OUT realized_gross numeric, OUT realized_net numeric) from public;
grant execute on function trading._move_position(INOUT p_position trading.positions, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_kind text, p_fee_rate numeric, p_filled_at timestamp with time zone, OUT realized_gross numeric, OUT realized_net numeric) to daybook_owner;
