-- daybook mirror: function trading._order_notional(p_order trading.orders, p_reserve trading.notional_reserves)
-- needs: trading/tables/notional_reserves.sql
-- needs: trading/tables/orders.sql

CREATE OR REPLACE FUNCTION trading._order_notional(p_order trading.orders, p_reserve trading.notional_reserves)
 RETURNS numeric
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
declare
    v_leaves numeric := 0;
    v_price numeric := 1;
begin
    if p_order.lifecycle in ('submitted', 'accepted', 'triggered') then
        v_leaves := greatest(greatest(p_order.working_qty, p_order.requested_qty) - p_order.cum_qty, 0);
    end if;
    if not p_reserve.inverse then
        v_price := coalesce(
            greatest(coalesce(p_order.working_price, p_order.working_stop_price),
                     coalesce(p_order.requested_price, case when p_order.working_price is null then p_order.requested_stop_price end)),
            p_reserve.price, 0);
    end if;
    return trim_scale((case when p_reserve.inverse then p_order.cum_qty else p_order.cum_value end + v_leaves * v_price) * p_reserve.multiplier);
end
$function$;

alter function trading._order_notional(p_order trading.orders, p_reserve trading.notional_reserves) owner to daybook_api;

comment on function trading._order_notional(p_order trading.orders, p_reserve trading.notional_reserves) is 'What an order comes to: its fills, and what may still fill at the higher of the terms in force and those asked for. Of the reserve only price, multiplier and inverse are read.';

revoke execute on function trading._order_notional(p_order trading.orders, p_reserve trading.notional_reserves) from public;
grant execute on function trading._order_notional(p_order trading.orders, p_reserve trading.notional_reserves) to daybook_owner;
