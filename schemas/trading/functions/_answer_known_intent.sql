-- daybook mirror: function trading._answer_known_intent(p_intent trading.order_intents)
-- needs: trading/tables/order_intents.sql

CREATE OR REPLACE FUNCTION trading._answer_known_intent(p_intent trading.order_intents)
 RETURNS TABLE(outcome text, intent_id uuid, status text, expires_at timestamp with time zone, conflict_field text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_old trading.order_intents;
begin
    select * into strict v_old
      from trading.order_intents as i
     where i.account_id = p_intent.account_id and i.intent_id = p_intent.intent_id;

    intent_id := v_old.intent_id;
    status := v_old.status;
    expires_at := v_old.expires_at;
    conflict_field := case
        when v_old.action <> p_intent.action then 'action'
        when v_old.order_id <> p_intent.order_id then 'order_id'
        when v_old.bot_id is distinct from p_intent.bot_id then 'bot_id'
        when v_old.instrument_id <> p_intent.instrument_id then 'instrument_id'
        when v_old.position_key <> p_intent.position_key then 'position_key'
        when v_old.run_id is distinct from p_intent.run_id then 'run_id'
        when v_old.side <> p_intent.side then 'side'
        when v_old.type <> p_intent.type then 'type'
        when v_old.time_in_force <> p_intent.time_in_force then 'time_in_force'
        when v_old.qty is distinct from p_intent.qty then 'qty'
        when v_old.price is distinct from p_intent.price then 'price'
        when v_old.stop_price is distinct from p_intent.stop_price then 'stop_price'
        when v_old.reference_price is distinct from p_intent.reference_price then 'reference_price'
        when v_old.reason is distinct from p_intent.reason then 'reason'
    end;
    outcome := case
        when conflict_field is not null then 'conflict'
        when v_old.status = 'refused' and v_old.version = 1 then 'refused'
        else 'replayed'
    end;
    if conflict_field is null then
        refusal_code := v_old.refusal_code;
        refusal_detail := v_old.refusal_detail;
    end if;
    return next;
end
$function$;

alter function trading._answer_known_intent(p_intent trading.order_intents) owner to daybook_api;

comment on function trading._answer_known_intent(p_intent trading.order_intents) is 'The answer to a request whose intent_id is already in the queue: refused if it was so then, else replayed with what became of it since, or conflict.';

revoke execute on function trading._answer_known_intent(p_intent trading.order_intents) from public;
grant execute on function trading._answer_known_intent(p_intent trading.order_intents) to daybook_owner;
