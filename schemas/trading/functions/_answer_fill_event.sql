-- daybook mirror: function trading._answer_fill_event(INOUT p_event trading.fill_events, p_order trading.orders, p_position trading.positions)
-- needs: trading/tables/fill_events.sql
-- needs: trading/tables/orders.sql
-- needs: trading/tables/positions.sql

CREATE OR REPLACE FUNCTION trading._answer_fill_event(INOUT p_event trading.fill_events, p_order trading.orders, p_position trading.positions)
 RETURNS trading.fill_events
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    p_event.order_version := p_order.version;
    p_event.order_status := trading._order_status(p_order.lifecycle, p_order.pending, p_order.working_qty, p_order.cum_qty);
    p_event.order_cum_qty := p_order.cum_qty;
    p_event.position_qty := p_position.signed_qty;
    p_event.position_avg_price := p_position.avg_price;
    p_event.position_realized := trim_scale(p_position.realized_gross - p_position.fees + p_position.funding);
end
$function$;

alter function trading._answer_fill_event(INOUT p_event trading.fill_events, p_order trading.orders, p_position trading.positions) owner to daybook_api;

comment on function trading._answer_fill_event(INOUT p_event trading.fill_events, p_order trading.orders, p_position trading.positions) is 'The bust or correction with what is answered to it: order and position as they are now.';

revoke execute on function trading._answer_fill_event(INOUT p_event trading.fill_events, p_order trading.orders, p_position trading.positions) from public;
grant execute on function trading._answer_fill_event(INOUT p_event trading.fill_events, p_order trading.orders, p_position trading.positions) to daybook_owner;
