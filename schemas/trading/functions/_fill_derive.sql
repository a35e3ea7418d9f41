-- daybook mirror: function trading._fill_derive(p_fill trading.fills, p_position trading.positions, p_order trading.orders)
-- needs: trading/tables/fills.sql
-- needs: trading/tables/orders.sql
-- needs: trading/tables/positions.sql
-- needs: trading/types/fill_effect.sql

CREATE OR REPLACE FUNCTION trading._fill_derive(p_fill trading.fills, p_position trading.positions, p_order trading.orders)
 RETURNS trading.fill_effect
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
    v_delta constant numeric := case p_fill.side when 'buy' then p_fill.qty else -p_fill.qty end;
    v_moved trading.position_move;
    v_other_fee trading.position_fees;
    v_realized_gross numeric := 0;
    v_realized_net numeric;
    -- of most fills: a fee in the currency of the position, if any
    v_fee_kind text := 'settle';
    v_fee_settled boolean := true;
    v_third_asset boolean := false;
begin
    if p_fill.fee = 0 then
        p_fill.fee_currency := null;
        p_fill.fee_rate := null;
        v_fee_kind := 'none';
    elsif p_fill.fee_currency is null then
        p_fill.fee_currency := p_position.currency;
    elsif p_fill.fee_currency <> p_position.currency then
        v_fee_kind := trading._fee_kind(p_position.kind, p_position.base_currency, p_position.currency, p_fill.fee, p_fill.fee_currency,
                                        p_fill.fee_rate);
        v_other_fee := trading._other_fee(p_position, p_fill.fee, p_fill.fee_currency, p_fill.fee_rate);
        v_third_asset := v_fee_kind in ('other', 'converted');
        v_fee_settled := false;
    end if;
    if v_third_asset or p_position.kind = 'inverse' then
        perform trading._check_fill_terms(p_position.kind, v_fee_kind, p_fill.price, p_fill.fee_currency);
    end if;

    p_order.cum_qty := trim_scale(p_order.cum_qty + p_fill.qty);
    p_order.cum_value := trim_scale(p_order.cum_value + p_fill.qty * p_fill.price);
    p_order.version := p_order.version + 1;
    -- A fill is legal in every state and, quantities apart, can only end a doubt.
    if p_order.outcome_unknown then
        p_order.outcome_unknown := (trading._order_next('fill', p_order.origin, p_order.lifecycle, p_order.pending, true,
                                                        p_order.working_qty, p_order.cum_qty)).outcome_unknown;
    end if;

    -- Most fills have no flag: one test costs them less than the list does.
    if p_order.lifecycle in ('denied', 'rejected', 'canceled', 'expired') or p_order.cum_qty > p_order.working_qty or p_order.origin = 'external'
       or p_fill.filled_at < p_position.last_fill_at or v_third_asset or p_fill.flags <> '{}'
    then
        p_fill.flags := trading._fill_flags(p_order.lifecycle, p_order.origin, p_order.working_qty, p_order.cum_qty,
                                            p_fill.filled_at < p_position.last_fill_at, v_fee_kind = 'other', 'reconciled' = any (p_fill.flags));
    end if;

    -- Most fills add to what is open, which only moves sums. trading._move_position() comes to the same for them, at three times the cost.
    if v_delta * p_position.signed_qty > 0 and v_fee_settled and p_position.kind <> 'inverse' then
        p_position.signed_qty := trim_scale(p_position.signed_qty + v_delta);
        p_position.open_cost := trim_scale(p_position.open_cost + v_delta * p_fill.price);
        p_position.avg_price := util.div18(p_position.open_cost, p_position.signed_qty);
        p_position.cycle_qty := trim_scale(p_position.cycle_qty + p_fill.qty);
        p_position.cycle_entry_value := trim_scale(p_position.cycle_entry_value + p_fill.qty * p_fill.price);
        p_position.cycle_low := least(p_position.cycle_low, p_fill.price);
        p_position.cycle_high := greatest(p_position.cycle_high, p_fill.price);
        p_position.fees := trim_scale(p_position.fees + p_fill.fee);
        v_realized_net := -p_fill.fee;
    else
        v_moved := trading._move_position(p_position, p_fill.side, p_fill.qty, p_fill.price, p_fill.fee, v_fee_kind, p_fill.fee_rate,
                                          p_fill.filled_at, p_position.version + 1);
        p_position := v_moved.p_position;
        v_realized_gross := v_moved.realized_gross;
        v_realized_net := v_moved.realized_net;
    end if;
    p_position.version := p_position.version + 1;
    p_position.last_fill_at := greatest(p_position.last_fill_at, p_fill.filled_at);

    p_fill.order_version := p_order.version;
    p_fill.order_status := trading._order_status(p_order.lifecycle, p_order.pending, p_order.working_qty, p_order.cum_qty);
    p_fill.order_cum_qty := p_order.cum_qty;
    p_fill.position_version := p_position.version;
    p_fill.position_cycle := p_position.cycle;
    p_fill.position_qty := p_position.signed_qty;
    p_fill.position_avg_price := p_position.avg_price;
    p_fill.realized_gross := v_realized_gross;
    p_fill.realized_net := v_realized_net;
    p_fill.position_realized := trim_scale(p_position.realized_gross - p_position.fees + p_position.funding);
    return row(p_fill, p_position, p_order, v_other_fee, v_moved.closed)::trading.fill_effect;
end
$function$;

alter function trading._fill_derive(p_fill trading.fills, p_position trading.positions, p_order trading.orders) owner to daybook_api;

comment on function trading._fill_derive(p_fill trading.fills, p_position trading.positions, p_order trading.orders) is 'The fill with its answer, its position and its order after it, what it adds to fees in other currencies, and the round trip that it closed, if any. status and is_open of the order returned are not brought up to date.';

revoke execute on function trading._fill_derive(p_fill trading.fills, p_position trading.positions, p_order trading.orders) from public;
grant execute on function trading._fill_derive(p_fill trading.fills, p_position trading.positions, p_order trading.orders) to daybook_owner;
