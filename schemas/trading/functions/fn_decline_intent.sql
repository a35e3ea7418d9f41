-- daybook mirror: function trading.fn_decline_intent(p_account_id uuid, p_intent_id uuid, p_executor text, p_reason text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_decline_intent(p_account_id uuid, p_intent_id uuid, p_executor text, p_reason text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, intent_id uuid, status text, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_intent trading.order_intents;
begin
    perform settings.require_account(p_account_id, 'trade');
    perform util.require_text('p_executor', p_executor);
    perform util.require_text('p_reason', p_reason, 1000);
    select * into v_intent
      from trading.order_intents as i
     where i.account_id = p_account_id and i.intent_id = p_intent_id
       for no key update;
    if not found then
        perform trading._refuse_intent_id(p_account_id, p_intent_id);
    end if;

    intent_id := p_intent_id;
    if v_intent.settled_at is null and v_intent.expires_at > clock_timestamp() then
        outcome := 'created';
        v_intent := trading._settle_intent(v_intent, 'declined', 'declined', format('%s: %s', p_executor, p_reason), v_ctx);
    elsif v_intent.settled_at is null then
        v_intent := trading._expire_intent(v_intent, v_ctx);
    end if;
    status := v_intent.status;
    if outcome is null then
        conflict_field := case
            when v_intent.status <> 'declined' or v_intent.refusal_code <> 'declined' then 'status'
            when v_intent.refusal_detail <> format('%s: %s', p_executor, p_reason) then 'reason'
        end;
        outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
    end if;
    return next;
end
$function$;

alter function trading.fn_decline_intent(p_account_id uuid, p_intent_id uuid, p_executor text, p_reason text, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_decline_intent(p_account_id uuid, p_intent_id uuid, p_executor text, p_reason text, p_ctx jsonb) is 'An executor will not do what an intent asks for, and says why; nobody submits it any more. created; replayed; conflict with status when it was settled otherwise, with reason when it was declined with other words. TB002 for an unknown intent.';

revoke execute on function trading.fn_decline_intent(p_account_id uuid, p_intent_id uuid, p_executor text, p_reason text, p_ctx jsonb) from public;
grant execute on function trading.fn_decline_intent(p_account_id uuid, p_intent_id uuid, p_executor text, p_reason text, p_ctx jsonb) to daybook_executor;
grant execute on function trading.fn_decline_intent(p_account_id uuid, p_intent_id uuid, p_executor text, p_reason text, p_ctx jsonb) to daybook_owner;
