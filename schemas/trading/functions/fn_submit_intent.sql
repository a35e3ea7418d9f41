-- daybook mirror: function trading.fn_submit_intent(p_account_id uuid, p_intent_id uuid, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_submit_intent(p_account_id uuid, p_intent_id uuid, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, intent_id uuid, action text, order_id uuid, status text, order_status text, order_version bigint, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx jsonb := util.ctx(p_ctx);
    v_intent trading.order_intents;
    v_done record;
begin
    perform settings.require_account(p_account_id, 'trade');
    select * into v_intent from trading.order_intents as i where i.account_id = p_account_id and i.intent_id = p_intent_id;
    if not found then
        perform trading._refuse_intent_id(p_account_id, p_intent_id);
    end if;

    -- Bot and fence are those of the intent, whoever submits it.
    v_ctx := nullif(coalesce(v_intent.ctx, '{}') || (coalesce(v_ctx, '{}') - array['bot', 'fence']), '{}');
    if v_intent.action <> 'cancel' then
        perform trading._enter_orders(p_account_id);
    end if;
    if v_intent.bot_id is not null then
        perform trading._enter_bot(p_account_id, v_intent.bot_id);
    end if;
    select * into strict v_intent
      from trading.order_intents as i
     where i.account_id = p_account_id and i.intent_id = p_intent_id
       for no key update;

    intent_id := p_intent_id;
    action := v_intent.action;
    order_id := v_intent.order_id;
    outcome := 'replayed';
    if v_intent.settled_at is null and v_intent.expires_at <= clock_timestamp() then
        v_intent := trading._expire_intent(v_intent, v_ctx);
    elsif v_intent.settled_at is null then
        select * into strict v_done from trading._perform_intent(v_intent, v_ctx);
        if v_done.outcome = 'conflict' then
            v_done.refusal_code := 'conflict';
            v_done.refusal_detail := format('its id was used before with another %s', v_done.conflict_field);
        end if;
        outcome := v_done.outcome;
        v_intent := trading._settle_intent(v_intent, case when v_done.refusal_code is null then 'done' else 'refused' end,
                                           v_done.refusal_code, v_done.refusal_detail, v_ctx);
    end if;

    status := v_intent.status;
    refusal_code := v_intent.refusal_code;
    refusal_detail := v_intent.refusal_detail;
    if refusal_code is not null then
        outcome := 'refused';
    end if;
    select o.status, o.version
      into order_status, order_version
      from trading.orders as o
     where o.account_id = p_account_id and o.order_id = v_intent.order_id;
    return next;
end
$function$;

alter function trading.fn_submit_intent(p_account_id uuid, p_intent_id uuid, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_submit_intent(p_account_id uuid, p_intent_id uuid, p_ctx jsonb) is 'Does in one transaction what an intent asks for, with its bot and its fence, so that halt, lease, caps and terms are checked now, and settles it. created: the order is to be sent to the venue, its cancel or replace to be asked for; replayed: it was done before, and how far the venue is has to be looked up; refused: nothing may be sent (the code of the order or event; expired; declined; withdrawn; not_submitted; conflict), the same for ever. TB002 for an unknown intent.';

revoke execute on function trading.fn_submit_intent(p_account_id uuid, p_intent_id uuid, p_ctx jsonb) from public;
grant execute on function trading.fn_submit_intent(p_account_id uuid, p_intent_id uuid, p_ctx jsonb) to daybook_executor;
grant execute on function trading.fn_submit_intent(p_account_id uuid, p_intent_id uuid, p_ctx jsonb) to daybook_owner;
