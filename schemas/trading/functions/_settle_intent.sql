-- daybook mirror: function trading._settle_intent(p_intent trading.order_intents, p_status text, p_code text, p_detail text, p_ctx jsonb)
-- needs: trading/tables/order_intents.sql

CREATE OR REPLACE FUNCTION trading._settle_intent(p_intent trading.order_intents, p_status text, p_code text, p_detail text, p_ctx jsonb)
 RETURNS trading.order_intents
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    update trading.order_intents as i
       set status = p_status, settled_at = clock_timestamp(), settle_ctx = p_ctx, refusal_code = p_code, refusal_detail = p_detail,
           version = i.version + 1
     where i.account_id = p_intent.account_id and i.intent_id = p_intent.intent_id
    returning i.* into strict p_intent;
    if p_code is not null then
        perform audit._write('trading.settle_intent', 'intent', p_intent.intent_id::text, p_intent.account_id, p_status, p_code,
            jsonb_build_object('action', p_intent.action, 'detail', p_detail), p_ctx);
    end if;
    perform trading._emit_intent(p_intent, p_ctx);
    return p_intent;
end
$function$;

alter function trading._settle_intent(p_intent trading.order_intents, p_status text, p_code text, p_detail text, p_ctx jsonb) owner to daybook_api;

comment on function trading._settle_intent(p_intent trading.order_intents, p_status text, p_code text, p_detail text, p_ctx jsonb) is 'Says what became of an intent that this transaction has locked and that is not settled: done, or, with code and detail, refused, expired or declined. Returns its row.';

revoke execute on function trading._settle_intent(p_intent trading.order_intents, p_status text, p_code text, p_detail text, p_ctx jsonb) from public;
grant execute on function trading._settle_intent(p_intent trading.order_intents, p_status text, p_code text, p_detail text, p_ctx jsonb) to daybook_owner;
