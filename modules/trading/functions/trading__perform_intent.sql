-- The functions that are called here check again whatever they check of anybody: halt, lease, caps and terms. Their identity is that of
-- the intent, so an order is submitted once, also when it is there already without the intent being settled.
create or replace function trading._perform_intent(p_intent trading.order_intents, p_ctx jsonb)
returns table (outcome text, status text, version bigint, conflict_field text, refusal_code text, refusal_detail text)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_intent.action = 'submit' then
        return query
            select o.outcome, o.status, o.version, o.conflict_field, o.refusal_code, o.refusal_detail
              from trading.fn_submit_order(
                  p_intent.account_id, p_intent.order_id, p_intent.instrument_id, p_intent.side, p_intent.type, p_intent.qty,
                  p_intent.price, p_intent.stop_price, p_intent.time_in_force, p_intent.position_key, p_intent.run_id,
                  p_reference_price => p_intent.reference_price, p_ctx => p_ctx) as o;
    elsif exists (select from trading.orders as o where o.account_id = p_intent.account_id and o.order_id = p_intent.order_id) then
        return query
            select e.outcome, e.status, e.version, e.conflict_field, e.refusal_code, e.refusal_detail
              from trading.fn_record_order_event(
                  p_intent.account_id, p_intent.order_id, p_intent.intent_id, p_intent.action || '_request', null, p_intent.reason, null,
                  p_intent.qty, p_intent.price, p_intent.stop_price, p_ctx) as e;
    else
        return query select w.* from trading._withdraw_intent(p_intent, p_ctx) as w;
    end if;
end
$$;

comment on function trading._perform_intent(trading.order_intents, jsonb) is
    'Does what an intent asks for, in the context given, and answers as the function does that submits the order or records the request for it.';
