create or replace function trading._answer_fill_event(
    inout p_event trading.fill_events, p_order trading.orders, p_position trading.positions)
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
    p_event.order_version := p_order.version;
    p_event.order_status := trading._order_status(p_order.lifecycle, p_order.pending, p_order.working_qty, p_order.cum_qty);
    p_event.order_cum_qty := p_order.cum_qty;
    p_event.position_qty := p_position.signed_qty;
    p_event.position_avg_price := p_position.avg_price;
    p_event.position_realized := trim_scale(p_position.realized_gross - p_position.fees + p_position.funding);
end
$$;

comment on function trading._answer_fill_event(trading.fill_events, trading.orders, trading.positions) is
    'The bust or correction with what is answered to it: order and position as they are now.';
