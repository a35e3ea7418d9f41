-- daybook mirror: function trading._withdraw_intent(p_intent trading.order_intents, p_ctx jsonb)
-- needs: trading/tables/order_intents.sql

CREATE OR REPLACE FUNCTION trading._withdraw_intent(p_intent trading.order_intents, p_ctx jsonb)
 RETURNS TABLE(outcome text, status text, version bigint, conflict_field text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_asked trading.order_intents;
begin
    outcome := 'refused';
    select s.code, s.detail
      into refusal_code, refusal_detail
      from trading._stopped(p_intent.account_id, p_ctx, p_intent.action <> 'cancel') as s;
    if refusal_code is not null then
        return next;
        return;
    end if;

    select * into strict v_asked
      from trading.order_intents as i
     where i.account_id = p_intent.account_id and i.intent_id = p_intent.order_id
       for no key update;
    if v_asked.status = 'done' then
        return query select r.* from trading._perform_intent(p_intent, p_ctx) as r;
        return;
    end if;

    if p_intent.action = 'cancel' and v_asked.settled_at is null then
        outcome := 'created';
        perform trading._settle_intent(v_asked, 'declined', 'withdrawn', format('canceled by intent %s before it was submitted', p_intent.intent_id),
                                       p_ctx);
    else
        refusal_code := 'not_submitted';
        refusal_detail := format('the order that was asked for is %s', v_asked.status);
    end if;
    return next;
end
$function$;

alter function trading._withdraw_intent(p_intent trading.order_intents, p_ctx jsonb) owner to daybook_api;

comment on function trading._withdraw_intent(p_intent trading.order_intents, p_ctx jsonb) is 'Does what an intent asks for with an order that is itself only asked for yet: a cancel takes the request out of the queue, anything else is refused with not_submitted.';

revoke execute on function trading._withdraw_intent(p_intent trading.order_intents, p_ctx jsonb) from public;
grant execute on function trading._withdraw_intent(p_intent trading.order_intents, p_ctx jsonb) to daybook_owner;
