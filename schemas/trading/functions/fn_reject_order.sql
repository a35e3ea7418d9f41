-- daybook mirror: function trading.fn_reject_order(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_reason text, p_occurred_at timestamp with time zone, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_reject_order(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_reason text, p_occurred_at timestamp with time zone, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, order_id uuid, status text, version bigint, conflict_field text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    return query
        select e.*
          from trading.fn_record_order_event(
              p_account_id, p_order_id, p_event_id, 'reject', null, p_reason, p_occurred_at, p_ctx => p_ctx) as e;
end
$function$;

alter function trading.fn_reject_order(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_reason text, p_occurred_at timestamp with time zone, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_reject_order(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_reason text, p_occurred_at timestamp with time zone, p_ctx jsonb) is 'Records that the venue refused the order: trading.fn_record_order_event() with the event reject.';

revoke execute on function trading.fn_reject_order(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_reason text, p_occurred_at timestamp with time zone, p_ctx jsonb) from public;
grant execute on function trading.fn_reject_order(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_reason text, p_occurred_at timestamp with time zone, p_ctx jsonb) to daybook_executor;
grant execute on function trading.fn_reject_order(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_reason text, p_occurred_at timestamp with time zone, p_ctx jsonb) to daybook_owner;
