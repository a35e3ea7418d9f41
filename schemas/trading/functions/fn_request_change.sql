-- daybook mirror: function trading.fn_request_change(p_account_id uuid, p_intent_id uuid, p_action text, p_order_id uuid, p_ttl interval, p_qty numeric, p_price numeric, p_stop_price numeric, p_reason text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_request_change(p_account_id uuid, p_intent_id uuid, p_action text, p_order_id uuid, p_ttl interval, p_qty numeric DEFAULT NULL::numeric, p_price numeric DEFAULT NULL::numeric, p_stop_price numeric DEFAULT NULL::numeric, p_reason text DEFAULT NULL::text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, intent_id uuid, status text, expires_at timestamp with time zone, conflict_field text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_intent trading.order_intents;
begin
    v_intent.ctx := util.ctx(p_ctx);
    perform settings.require_account(p_account_id, 'trade');
    v_intent.action := trading._require_choice('p_action', p_action, array['cancel', 'replace']);
    v_intent.account_id := p_account_id;
    v_intent.intent_id := util.require_id('p_intent_id', p_intent_id);
    v_intent.order_id := p_order_id;
    v_intent.bot_id := v_intent.ctx ->> 'bot';
    v_intent.qty := trading._require_positive('p_qty', p_qty, false);
    v_intent.price := trading._require_positive('p_price', p_price, false);
    v_intent.stop_price := trading._require_positive('p_stop_price', p_stop_price, false);
    v_intent.reason := p_reason;
    v_intent.requested_at := clock_timestamp();
    v_intent.expires_at := v_intent.requested_at + trading._require_ttl(p_ttl, '1 millisecond');
    perform trading._check_order_event(p_order_id, p_intent_id, p_action || '_request', null, p_reason, v_intent.qty, v_intent.price,
                                       v_intent.stop_price);
    -- What was asked for a moment ago may be canceled before any executor has submitted it.
    if not exists (select from trading.orders as o where o.account_id = p_account_id and o.order_id = p_order_id)
       and not exists (select from trading.order_intents as i
                        where i.account_id = p_account_id and i.intent_id = p_order_id and i.action = 'submit')
    then
        raise exception 'argument p_order_id is %, which is no order of account %, and none was requested', p_order_id, p_account_id
            using errcode = 'TB002', hint = 'Pass the id of an order, or of the intent that asks for it.';
    end if;

    return query select r.* from trading._request_intent(v_intent) as r;
end
$function$;

alter function trading.fn_request_change(p_account_id uuid, p_intent_id uuid, p_action text, p_order_id uuid, p_ttl interval, p_qty numeric, p_price numeric, p_stop_price numeric, p_reason text, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_request_change(p_account_id uuid, p_intent_id uuid, p_action text, p_order_id uuid, p_ttl interval, p_qty numeric, p_price numeric, p_stop_price numeric, p_reason text, p_ctx jsonb) is 'Asks the executor to have an order canceled, or replaced by other terms, null for those that stay. Answers like trading.fn_request_order(); a cancel is not stopped by a halt.';

revoke execute on function trading.fn_request_change(p_account_id uuid, p_intent_id uuid, p_action text, p_order_id uuid, p_ttl interval, p_qty numeric, p_price numeric, p_stop_price numeric, p_reason text, p_ctx jsonb) from public;
grant execute on function trading.fn_request_change(p_account_id uuid, p_intent_id uuid, p_action text, p_order_id uuid, p_ttl interval, p_qty numeric, p_price numeric, p_stop_price numeric, p_reason text, p_ctx jsonb) to daybook_bot;
grant execute on function trading.fn_request_change(p_account_id uuid, p_intent_id uuid, p_action text, p_order_id uuid, p_ttl interval, p_qty numeric, p_price numeric, p_stop_price numeric, p_reason text, p_ctx jsonb) to daybook_owner;
