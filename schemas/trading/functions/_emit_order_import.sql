-- daybook mirror: function trading._emit_order_import(p_order trading.orders, p_status text, p_version bigint)
-- needs: trading/tables/orders.sql

CREATE OR REPLACE FUNCTION trading._emit_order_import(p_order trading.orders, p_status text, p_version bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform bus._emit_versioned('trading.order_imported', p_order.order_id::text, p_version,
        jsonb_strip_nulls(jsonb_build_object(
            'order_id', p_order.order_id, 'instrument_id', p_order.instrument_id, 'position_key', p_order.position_key,
            'side', p_order.side, 'type', p_order.type, 'time_in_force', p_order.time_in_force, 'qty', p_order.qty::text,
            'price', p_order.price::text, 'stop_price', p_order.stop_price::text,
            'exchange_order_id', p_order.exchange_order_id, 'status', p_status)),
        p_order.submitted_at, null, p_order.account_id, p_order.ctx);
end
$function$;

alter function trading._emit_order_import(p_order trading.orders, p_status text, p_version bigint) owner to daybook_api;

comment on function trading._emit_order_import(p_order trading.orders, p_status text, p_version bigint) is 'Emits order_imported for an order that was met at the venue, with the terms it was met with.';

revoke execute on function trading._emit_order_import(p_order trading.orders, p_status text, p_version bigint) from public;
grant execute on function trading._emit_order_import(p_order trading.orders, p_status text, p_version bigint) to daybook_owner;
