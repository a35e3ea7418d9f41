-- daybook mirror: function trading._reconcile_import(p_order trading.orders, p_entry trading.venue_entry, p_ctx jsonb)
-- needs: trading/tables/orders.sql
-- needs: trading/types/reconcile_step.sql
-- needs: trading/types/venue_entry.sql

CREATE OR REPLACE FUNCTION trading._reconcile_import(p_order trading.orders, p_entry trading.venue_entry, p_ctx jsonb)
 RETURNS trading.reconcile_step
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_order trading.orders;
begin
    v_order.account_id := p_order.account_id;
    v_order.order_id := p_order.order_id;
    v_order.origin := 'external';
    v_order.instrument_id := p_order.instrument_id;
    v_order.position_key := coalesce(p_entry.position_key, p_order.position_key);
    v_order.side := p_entry.side;
    v_order.type := p_entry.type;
    v_order.time_in_force := p_entry.time_in_force;
    v_order.qty := trim_scale(p_entry.qty);
    v_order.price := trim_scale(p_entry.price);
    v_order.stop_price := trim_scale(p_entry.stop_price);
    v_order.submitted_at := p_entry.submitted_at;
    v_order.exchange_order_id := p_entry.exchange_order_id;
    v_order.ctx := p_ctx;
    return row('order', v_order.order_id, case when p_order.type is null and p_order.lifecycle is not null then 'terms' else 'row' end,
               p_order.status, concat_ws(' ', v_order.side, v_order.type, v_order.qty, '@ ' || coalesce(v_order.price, v_order.stop_price)),
               'import_order', null, v_order.order_id, null, jsonb_build_object('order', jsonb_strip_nulls(to_jsonb(v_order))))
               ::trading.reconcile_step;
end
$function$;

alter function trading._reconcile_import(p_order trading.orders, p_entry trading.venue_entry, p_ctx jsonb) owner to daybook_api;

comment on function trading._reconcile_import(p_order trading.orders, p_entry trading.venue_entry, p_ctx jsonb) is 'Takes an order into the book, or gives it its terms, as trading.fn_import_order() does.';

revoke execute on function trading._reconcile_import(p_order trading.orders, p_entry trading.venue_entry, p_ctx jsonb) from public;
grant execute on function trading._reconcile_import(p_order trading.orders, p_entry trading.venue_entry, p_ctx jsonb) to daybook_owner;
