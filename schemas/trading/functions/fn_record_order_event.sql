-- daybook mirror: function trading.fn_record_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text, p_occurred_at timestamp with time zone, p_qty numeric, p_price numeric, p_stop_price numeric, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_record_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text, p_occurred_at timestamp with time zone, p_qty numeric DEFAULT NULL::numeric, p_price numeric DEFAULT NULL::numeric, p_stop_price numeric DEFAULT NULL::numeric, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, order_id uuid, status text, version bigint, conflict_field text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx jsonb := util.ctx(p_ctx);
    v_qty constant numeric := trading._require_positive('p_qty', p_qty, false);
    v_price constant numeric := trading._require_positive('p_price', p_price, false);
    v_stop_price constant numeric := trading._require_positive('p_stop_price', p_stop_price, false);
begin
    perform settings.require_account(p_account_id, 'trade');
    perform trading._check_order_event(p_order_id, p_event_id, p_event, p_exchange_order_id, p_reason, v_qty, v_price, v_stop_price);
    if p_event = 'replace_request' then
        perform trading._enter_orders(p_account_id);
    end if;
    if v_ctx ? 'bot' and p_event in ('replace_request', 'cancel_request') then
        perform trading._enter_bot(p_account_id, (v_ctx ->> 'bot')::uuid);
    elsif v_ctx ? 'bot' then
        v_ctx := trading._fact_ctx(p_account_id, v_ctx);
    end if;

    return query
        select e.*
          from trading._record_order_event(
              p_account_id, p_order_id, p_event_id, p_event, p_exchange_order_id, p_reason, p_occurred_at, v_qty, v_price,
              v_stop_price, false, v_ctx) as e;
end
$function$;

alter function trading.fn_record_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text, p_occurred_at timestamp with time zone, p_qty numeric, p_price numeric, p_stop_price numeric, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_record_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text, p_occurred_at timestamp with time zone, p_qty numeric, p_price numeric, p_stop_price numeric, p_ctx jsonb) is 'Records what happened to an order: acknowledge, trigger, reject, cancel_request, cancel, cancel_reject, replace_request, replace, replace_reject, expire or outcome_unknown. created; refused with illegal_transition, a cancel_request or replace_request with fenced, and a replace with halted, account_closed, order_type, lot_size, tick_size, terms_missing, cap or cap_price too (kept and audited, the order stays as it is); a replay answers as the first time; conflict naming the field that differs. A replace_request says what shall change; a replace may say what is in force, else it is what was asked for.';

revoke execute on function trading.fn_record_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text, p_occurred_at timestamp with time zone, p_qty numeric, p_price numeric, p_stop_price numeric, p_ctx jsonb) from public;
grant execute on function trading.fn_record_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text, p_occurred_at timestamp with time zone, p_qty numeric, p_price numeric, p_stop_price numeric, p_ctx jsonb) to daybook_executor;
grant execute on function trading.fn_record_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text, p_occurred_at timestamp with time zone, p_qty numeric, p_price numeric, p_stop_price numeric, p_ctx jsonb) to daybook_owner;
