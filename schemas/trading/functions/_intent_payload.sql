-- daybook mirror: function trading._intent_payload(p_intent trading.order_intents)
-- needs: trading/tables/order_intents.sql

CREATE OR REPLACE FUNCTION trading._intent_payload(p_intent trading.order_intents)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'intent_id', p_intent.intent_id, 'action', p_intent.action, 'order_id', p_intent.order_id, 'status', p_intent.status,
        'expires_at', p_intent.expires_at, 'bot_id', p_intent.bot_id, 'instrument_id', p_intent.instrument_id,
        'position_key', p_intent.position_key, 'run_id', p_intent.run_id, 'side', p_intent.side, 'type', p_intent.type,
        'time_in_force', p_intent.time_in_force, 'qty', p_intent.qty::text, 'price', p_intent.price::text,
        'stop_price', p_intent.stop_price::text, 'reference_price', p_intent.reference_price::text, 'reason', p_intent.reason,
        'claim_id', p_intent.claim_id, 'claimed_by', p_intent.claimed_by, 'refusal_code', p_intent.refusal_code,
        'refusal_detail', p_intent.refusal_detail));
end
$function$;

alter function trading._intent_payload(p_intent trading.order_intents) owner to daybook_api;

comment on function trading._intent_payload(p_intent trading.order_intents) is 'What an event of an intent tells: its terms and what became of it.';

revoke execute on function trading._intent_payload(p_intent trading.order_intents) from public;
grant execute on function trading._intent_payload(p_intent trading.order_intents) to daybook_owner;
