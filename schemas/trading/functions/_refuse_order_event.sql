-- daybook mirror: function trading._refuse_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_version bigint, p_event text, p_status text, p_code text, p_detail text, p_occurred_at timestamp with time zone, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading._refuse_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_version bigint, p_event text, p_status text, p_code text, p_detail text, p_occurred_at timestamp with time zone, p_ctx jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    -- Only the count of events moves, so that the log of the order has no gap.
    update trading.orders as o
       set version = p_version
     where o.account_id = p_account_id and o.order_id = p_order_id;
    perform audit._write('trading.record_order_event', 'order', p_order_id::text, p_account_id, 'refused', p_code,
        jsonb_build_object('event_id', p_event_id, 'event', p_event, 'detail', p_detail), p_ctx);
    perform bus._emit_versioned('trading.request_refused', p_order_id::text, p_version,
        jsonb_build_object(
            'order_id', p_order_id, 'event_id', p_event_id, 'event', p_event, 'status', p_status, 'refusal_code', p_code,
            'refusal_detail', p_detail),
        p_occurred_at, null, p_account_id, p_ctx);
end
$function$;

alter function trading._refuse_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_version bigint, p_event text, p_status text, p_code text, p_detail text, p_occurred_at timestamp with time zone, p_ctx jsonb) owner to daybook_api;

comment on function trading._refuse_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_version bigint, p_event text, p_status text, p_code text, p_detail text, p_occurred_at timestamp with time zone, p_ctx jsonb) is 'Commits the refusal of an order event: audit row and event; the order itself does not change.';

revoke execute on function trading._refuse_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_version bigint, p_event text, p_status text, p_code text, p_detail text, p_occurred_at timestamp with time zone, p_ctx jsonb) from public;
grant execute on function trading._refuse_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_version bigint, p_event text, p_status text, p_code text, p_detail text, p_occurred_at timestamp with time zone, p_ctx jsonb) to daybook_owner;
