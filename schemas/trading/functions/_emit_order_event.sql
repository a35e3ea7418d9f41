-- daybook mirror: function trading._emit_order_event(p_order trading.orders, p_event_id uuid, p_event text, p_status text, p_exchange_order_id text, p_reason text, p_decided_by text, p_occurred_at timestamp with time zone, p_ctx jsonb)
-- needs: trading/tables/orders.sql

CREATE OR REPLACE FUNCTION trading._emit_order_event(p_order trading.orders, p_event_id uuid, p_event text, p_status text, p_exchange_order_id text, p_reason text, p_decided_by text, p_occurred_at timestamp with time zone, p_ctx jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_payload jsonb := jsonb_build_object(
        'order_id', p_order.order_id, 'event_id', p_event_id, 'status', p_status, 'outcome_unknown', p_order.outcome_unknown,
        'exchange_order_id', p_exchange_order_id, 'reason', p_reason, 'decided_by', p_decided_by);
begin
    -- What is asked for, and what is in force now.
    if p_event = 'replace_request' then
        v_payload := v_payload || jsonb_build_object(
            'qty', p_order.requested_qty::text, 'price', p_order.requested_price::text,
            'stop_price', p_order.requested_stop_price::text);
    elsif p_event = 'replace' then
        v_payload := v_payload || jsonb_build_object(
            'qty', p_order.working_qty::text, 'price', p_order.working_price::text,
            'stop_price', p_order.working_stop_price::text);
    end if;
    perform bus._emit_versioned(trading._order_event_type(p_event), p_order.order_id::text, p_order.version,
        jsonb_strip_nulls(v_payload), p_occurred_at, null, p_order.account_id, p_ctx);
end
$function$;

alter function trading._emit_order_event(p_order trading.orders, p_event_id uuid, p_event text, p_status text, p_exchange_order_id text, p_reason text, p_decided_by text, p_occurred_at timestamp with time zone, p_ctx jsonb) owner to daybook_api;

comment on function trading._emit_order_event(p_order trading.orders, p_event_id uuid, p_event text, p_status text, p_exchange_order_id text, p_reason text, p_decided_by text, p_occurred_at timestamp with time zone, p_ctx jsonb) is 'Emits the domain event of an event that an order took; p_order is the order after it.';

revoke execute on function trading._emit_order_event(p_order trading.orders, p_event_id uuid, p_event text, p_status text, p_exchange_order_id text, p_reason text, p_decided_by text, p_occurred_at timestamp with time zone, p_ctx jsonb) from public;
grant execute on function trading._emit_order_event(p_order trading.orders, p_event_id uuid, p_event text, p_status text, p_exchange_order_id text, p_reason text, p_decided_by text, p_occurred_at timestamp with time zone, p_ctx jsonb) to daybook_owner;
