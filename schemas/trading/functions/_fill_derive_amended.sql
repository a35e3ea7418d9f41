-- daybook mirror: function trading._fill_derive_amended(p_fill trading.fills, p_position trading.positions, p_order trading.orders)
-- needs: trading/tables/fills.sql
-- needs: trading/tables/orders.sql
-- needs: trading/tables/positions.sql
-- needs: trading/types/fill_effect.sql

CREATE OR REPLACE FUNCTION trading._fill_derive_amended(p_fill trading.fills, p_position trading.positions, p_order trading.orders)
 RETURNS trading.fill_effect
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_received constant trading.fills := p_fill;
    v_amended record;
    v_derived trading.fill_effect;
    v_other_fee trading.position_fees;
    v_closed trading.roundtrips;
begin
    -- A fee of zero is kept without a currency, so a correction of it that names none means that of the position.
    if p_fill.fee = 0 then
        p_fill.fee_currency := null;
        p_fill.fee_rate := null;
    end if;
    v_amended := trading._amended_fill(p_fill);
    v_derived := trading._fill_derive(v_amended.p_fill, p_position, p_order);
    p_fill := v_derived.p_fill;
    p_fill.qty := v_received.qty;
    p_fill.price := v_received.price;
    p_fill.fee := v_received.fee;
    p_fill.fee_currency := case when v_received.fee <> 0 then coalesce(v_received.fee_currency, p_position.currency) end;
    p_fill.fee_rate := case when v_received.fee <> 0 then v_received.fee_rate end;
    p_fill.flags := p_fill.flags || case when v_amended.busted then 'busted' else 'corrected' end;
    p_order := v_derived.p_order;
    p_order.version := p_order.version + v_amended.events;

    if v_amended.busted then
        p_order := trading._amend_order(p_order, 'bust', -(v_amended.p_fill).qty, -(v_amended.p_fill).qty * (v_amended.p_fill).price,
                                        v_amended.leaves_qty);
        p_position.version := p_position.version + 1;
        p_position.last_fill_at := greatest(p_position.last_fill_at, p_fill.filled_at);
        p_fill.position_cycle := p_position.cycle;
        p_fill.position_qty := p_position.signed_qty;
        p_fill.position_avg_price := p_position.avg_price;
        p_fill.realized_gross := 0;
        p_fill.realized_net := 0;
        p_fill.position_realized := trim_scale(p_position.realized_gross - p_position.fees + p_position.funding);
    else
        p_position := v_derived.p_position;
        v_other_fee := v_derived.other_fee;
        v_closed := v_derived.closed;
    end if;
    p_fill.order_status := trading._order_status(p_order.lifecycle, p_order.pending, p_order.working_qty, p_order.cum_qty);
    p_fill.order_cum_qty := p_order.cum_qty;
    return row(p_fill, p_position, p_order, v_other_fee, v_closed)::trading.fill_effect;
end
$function$;

alter function trading._fill_derive_amended(p_fill trading.fills, p_position trading.positions, p_order trading.orders) owner to daybook_api;

comment on function trading._fill_derive_amended(p_fill trading.fills, p_position trading.positions, p_order trading.orders) is 'trading._fill_derive() of a fill whose busts and corrections came before it: as received, with what it makes on its effective terms.';

revoke execute on function trading._fill_derive_amended(p_fill trading.fills, p_position trading.positions, p_order trading.orders) from public;
grant execute on function trading._fill_derive_amended(p_fill trading.fills, p_position trading.positions, p_order trading.orders) to daybook_owner;
