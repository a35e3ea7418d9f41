-- daybook mirror: function trading._emit_intent(p_intent trading.order_intents, p_ctx jsonb)
-- needs: trading/tables/order_intents.sql

CREATE OR REPLACE FUNCTION trading._emit_intent(p_intent trading.order_intents, p_ctx jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform bus._emit_versioned('trading.intent_' || p_intent.status, p_intent.intent_id::text, p_intent.version,
                                trading._intent_payload(p_intent), null, null, p_intent.account_id, p_ctx);
end
$function$;

alter function trading._emit_intent(p_intent trading.order_intents, p_ctx jsonb) owner to daybook_api;

comment on function trading._emit_intent(p_intent trading.order_intents, p_ctx jsonb) is 'Emits that an intent has come to the status it has, with its terms. The caller has written the row.';

revoke execute on function trading._emit_intent(p_intent trading.order_intents, p_ctx jsonb) from public;
grant execute on function trading._emit_intent(p_intent trading.order_intents, p_ctx jsonb) to daybook_owner;
