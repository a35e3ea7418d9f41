-- daybook mirror: function trading._replace_raise(p_order trading.orders, p_reserve trading.notional_reserves, p_qty numeric, p_price numeric, p_stop_price numeric)
-- needs: trading/tables/notional_reserves.sql
-- needs: trading/tables/orders.sql

CREATE OR REPLACE FUNCTION trading._replace_raise(p_order trading.orders, p_reserve trading.notional_reserves, p_qty numeric, p_price numeric, p_stop_price numeric)
 RETURNS numeric
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if p_reserve.price is null and not p_reserve.inverse and p_qty > p_order.working_qty then
        return null;
    end if;
    return greatest(trading._order_notional(
                        trading._order_after(p_order, 'replace_request', p_order.lifecycle, 'replace', p_qty, p_price, p_stop_price), p_reserve)
                    - p_reserve.base, 0) - p_reserve.amount;
end
$function$;

alter function trading._replace_raise(p_order trading.orders, p_reserve trading.notional_reserves, p_qty numeric, p_price numeric, p_stop_price numeric) owner to daybook_api;

comment on function trading._replace_raise(p_order trading.orders, p_reserve trading.notional_reserves, p_qty numeric, p_price numeric, p_stop_price numeric) is 'By how much an order will count more while other terms are asked for; null when it has no price to value more of it at.';

revoke execute on function trading._replace_raise(p_order trading.orders, p_reserve trading.notional_reserves, p_qty numeric, p_price numeric, p_stop_price numeric) from public;
grant execute on function trading._replace_raise(p_order trading.orders, p_reserve trading.notional_reserves, p_qty numeric, p_price numeric, p_stop_price numeric) to daybook_owner;
