create or replace function trading._reconcile_event(
    p_step trading.reconcile_step, p_order trading.orders, p_event text, p_exchange_order_id text, p_qty numeric, p_price numeric,
    p_stop_price numeric)
returns trading.reconcile_step
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
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
$$;

comment on function trading._reconcile_event(trading.reconcile_step, trading.orders, text, text, numeric, numeric, numeric) is
    'The step with an event of an order to be recorded.';
