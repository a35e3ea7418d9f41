create or replace function trading._emit_order_import(p_order trading.orders, p_status text, p_version bigint) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    perform bus._emit_versioned('trading.order_imported', p_order.order_id::text, p_version,
        jsonb_strip_nulls(jsonb_build_object(
            'order_id', p_order.order_id, 'instrument_id', p_order.instrument_id, 'position_key', p_order.position_key,
            'side', p_order.side, 'type', p_order.type, 'time_in_force', p_order.time_in_force, 'qty', p_order.qty::text,
            'price', p_order.price::text, 'stop_price', p_order.stop_price::text,
            'exchange_order_id', p_order.exchange_order_id, 'status', p_status)),
        p_order.submitted_at, null, p_order.account_id, p_order.ctx);
end
$$;

comment on function trading._emit_order_import(trading.orders, text, bigint) is
    'Emits order_imported for an order that was met at the venue, with the terms it was met with.';
