-- daybook mirror: function trading._take_order(p_order trading.orders)
-- needs: trading/tables/orders.sql

CREATE OR REPLACE FUNCTION trading._take_order(p_order trading.orders)
 RETURNS TABLE(outcome text, order_id uuid, status text, version bigint, conflict_field text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    insert into trading.orders (
        account_id, order_id, origin, instrument_id, position_key, side, type, time_in_force, qty, price, stop_price, submitted_at,
        lifecycle, exchange_order_id, working_qty, working_price, working_stop_price, ctx)
    values (
        p_order.account_id, p_order.order_id, p_order.origin, p_order.instrument_id, p_order.position_key, p_order.side,
        p_order.type, p_order.time_in_force, p_order.qty, p_order.price, p_order.stop_price, p_order.submitted_at, 'accepted',
        p_order.exchange_order_id, p_order.qty, p_order.price, p_order.stop_price, p_order.ctx)
    on conflict on constraint orders_pkey do nothing;
    if not found then
        return query select k.* from trading._answer_known_import(p_order) as k;
        return;
    end if;

    outcome := 'created';
    order_id := p_order.order_id;
    status := 'accepted';
    version := 1;
    perform trading._emit_order_import(p_order, status, version);
    return next;
end
$function$;

alter function trading._take_order(p_order trading.orders) owner to daybook_api;

comment on function trading._take_order(p_order trading.orders) is 'Takes an external order into the book, whose arguments were checked; of p_order only what was received is read.';

revoke execute on function trading._take_order(p_order trading.orders) from public;
grant execute on function trading._take_order(p_order trading.orders) to daybook_owner;
