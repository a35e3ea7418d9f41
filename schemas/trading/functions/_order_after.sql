-- daybook mirror: function trading._order_after(p_order trading.orders, p_event text, p_lifecycle text, p_pending text, p_qty numeric, p_price numeric, p_stop_price numeric)
-- needs: trading/tables/orders.sql

CREATE OR REPLACE FUNCTION trading._order_after(p_order trading.orders, p_event text, p_lifecycle text, p_pending text, p_qty numeric, p_price numeric, p_stop_price numeric)
 RETURNS trading.orders
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_order trading.orders := p_order;
begin
    v_order.lifecycle := p_lifecycle;
    v_order.pending := p_pending;
    if p_event = 'replace' then
        v_order.working_qty := coalesce(p_qty, p_order.requested_qty, p_order.working_qty);
        v_order.working_price := coalesce(p_price, p_order.requested_price, p_order.working_price);
        v_order.working_stop_price := coalesce(p_stop_price, p_order.requested_stop_price, p_order.working_stop_price);
    elsif p_event = 'replace_request' then
        v_order.requested_qty := p_qty;
        v_order.requested_price := p_price;
        v_order.requested_stop_price := p_stop_price;
    end if;
    if p_pending <> 'replace' then
        v_order.requested_qty := null;
        v_order.requested_price := null;
        v_order.requested_stop_price := null;
    end if;
    return v_order;
end
$function$;

alter function trading._order_after(p_order trading.orders, p_event text, p_lifecycle text, p_pending text, p_qty numeric, p_price numeric, p_stop_price numeric) owner to daybook_api;

comment on function trading._order_after(p_order trading.orders, p_event text, p_lifecycle text, p_pending text, p_qty numeric, p_price numeric, p_stop_price numeric) is 'The order after an event that it took: its state as given, and the terms in force and asked for. What the venue says is in force counts before what was asked for. The generated columns of the row returned are not brought up to date.';

revoke execute on function trading._order_after(p_order trading.orders, p_event text, p_lifecycle text, p_pending text, p_qty numeric, p_price numeric, p_stop_price numeric) from public;
grant execute on function trading._order_after(p_order trading.orders, p_event text, p_lifecycle text, p_pending text, p_qty numeric, p_price numeric, p_stop_price numeric) to daybook_owner;
