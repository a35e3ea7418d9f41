-- daybook mirror: function trading._reconcile_event(p_step trading.reconcile_step, p_order trading.orders, p_event text, p_exchange_order_id text, p_qty numeric, p_price numeric, p_stop_price numeric)
-- needs: trading/tables/orders.sql
-- needs: trading/types/reconcile_step.sql

CREATE OR REPLACE FUNCTION trading._reconcile_event(p_step trading.reconcile_step, p_order trading.orders, p_event text, p_exchange_order_id text, p_qty numeric, p_price numeric, p_stop_price numeric)
 RETURNS trading.reconcile_step
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_step trading.reconcile_step := p_step;
begin
    v_step.action := p_event;
    v_step.ref_id := trading._reconcile_id(p_order.account_id, p_order.instrument_id,
                                           array['event', p_order.order_id::text, p_event, p_order.version::text]);
    v_step.args := jsonb_build_object(
        'order_id', p_order.order_id, 'exchange_order_id', p_exchange_order_id, 'reason', v_step.detail, 'qty', p_qty, 'price', p_price,
        'stop_price', p_stop_price);
    return v_step;
end
$function$;

alter function trading._reconcile_event(p_step trading.reconcile_step, p_order trading.orders, p_event text, p_exchange_order_id text, p_qty numeric, p_price numeric, p_stop_price numeric) owner to daybook_api;

comment on function trading._reconcile_event(p_step trading.reconcile_step, p_order trading.orders, p_event text, p_exchange_order_id text, p_qty numeric, p_price numeric, p_stop_price numeric) is 'The step with an event of an order to be recorded.';

revoke execute on function trading._reconcile_event(p_step trading.reconcile_step, p_order trading.orders, p_event text, p_exchange_order_id text, p_qty numeric, p_price numeric, p_stop_price numeric) from public;
grant execute on function trading._reconcile_event(p_step trading.reconcile_step, p_order trading.orders, p_event text, p_exchange_order_id text, p_qty numeric, p_price numeric, p_stop_price numeric) to daybook_owner;
