-- daybook mirror: function trading.fn_resolve_order(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_reason text, p_occurred_at timestamp with time zone, p_exchange_order_id text, p_qty numeric, p_price numeric, p_stop_price numeric, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_resolve_order(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_reason text, p_occurred_at timestamp with time zone DEFAULT NULL::timestamp with time zone, p_exchange_order_id text DEFAULT NULL::text, p_qty numeric DEFAULT NULL::numeric, p_price numeric DEFAULT NULL::numeric, p_stop_price numeric DEFAULT NULL::numeric, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, order_id uuid, status text, version bigint, conflict_field text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_qty constant numeric := trading._require_positive('p_qty', p_qty, false);
    v_price constant numeric := trading._require_positive('p_price', p_price, false);
    v_stop_price constant numeric := trading._require_positive('p_stop_price', p_stop_price, false);
begin
    perform settings.require_account(p_account_id, 'manage');
    perform trading._require_choice('p_event', p_event, array[
        'acknowledge', 'trigger', 'reject', 'cancel', 'cancel_reject', 'replace', 'replace_reject', 'expire']);
    perform util.require_text('p_reason', p_reason, 2000);
    perform trading._check_order_event(p_order_id, p_event_id, p_event, p_exchange_order_id, p_reason, v_qty, v_price, v_stop_price);

    return query
        select e.*
          from trading._record_order_event(
              p_account_id, p_order_id, p_event_id, p_event, p_exchange_order_id, p_reason, p_occurred_at, v_qty, v_price,
              v_stop_price, true, v_ctx) as e;
end
$function$;

alter function trading.fn_resolve_order(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_reason text, p_occurred_at timestamp with time zone, p_exchange_order_id text, p_qty numeric, p_price numeric, p_stop_price numeric, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_resolve_order(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_reason text, p_occurred_at timestamp with time zone, p_exchange_order_id text, p_qty numeric, p_price numeric, p_stop_price numeric, p_ctx jsonb) is 'An operator decides what became of an order whose outcome is unknown: acknowledge, trigger, reject, cancel, cancel_reject, replace, replace_reject or expire, with a reason. Takes the right to manage the account; kept as an event signed with the role that is logged in, and audited. created; refused with not_in_doubt, illegal_transition or terms_missing; a replay answers as the first time; conflict naming the field that differs.';

revoke execute on function trading.fn_resolve_order(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_reason text, p_occurred_at timestamp with time zone, p_exchange_order_id text, p_qty numeric, p_price numeric, p_stop_price numeric, p_ctx jsonb) from public;
grant execute on function trading.fn_resolve_order(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_reason text, p_occurred_at timestamp with time zone, p_exchange_order_id text, p_qty numeric, p_price numeric, p_stop_price numeric, p_ctx jsonb) to daybook_manager;
grant execute on function trading.fn_resolve_order(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_reason text, p_occurred_at timestamp with time zone, p_exchange_order_id text, p_qty numeric, p_price numeric, p_stop_price numeric, p_ctx jsonb) to daybook_owner;
