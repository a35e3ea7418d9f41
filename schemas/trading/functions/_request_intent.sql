-- daybook mirror: function trading._request_intent(p_intent trading.order_intents)
-- needs: trading/tables/order_intents.sql

CREATE OR REPLACE FUNCTION trading._request_intent(p_intent trading.order_intents)
 RETURNS TABLE(outcome text, intent_id uuid, status text, expires_at timestamp with time zone, conflict_field text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_cancels constant boolean := p_intent.action = 'cancel';
    v_terms record;
begin
    if not v_cancels then
        perform trading._enter_orders(p_intent.account_id);
    end if;
    if p_intent.bot_id is not null then
        perform trading._enter_bot(p_intent.account_id, p_intent.bot_id);
    end if;

    select s.code, s.detail into refusal_code, refusal_detail from trading._stopped(p_intent.account_id, p_intent.ctx, not v_cancels) as s;
    if refusal_code is null and not v_cancels then
        select a.status, i.lot_size, i.tick_size
          into strict v_terms
          from trading.accounts as a
          left join ref.instruments as i on i.instrument_id = p_intent.instrument_id
         where a.account_id = p_intent.account_id;
        if v_terms.status <> 'open' then
            refusal_code := 'account_closed';
            refusal_detail := 'the account is closed';
        else
            select g.code, g.detail
              into refusal_code, refusal_detail
              from trading._off_grid(p_intent.qty, p_intent.price, p_intent.stop_price, v_terms.lot_size, v_terms.tick_size) as g;
        end if;
    end if;

    p_intent.status := case when refusal_code is null then 'requested' else 'refused' end;
    p_intent.settled_at := case when refusal_code is not null then p_intent.requested_at end;
    p_intent.refusal_code := refusal_code;
    p_intent.refusal_detail := refusal_detail;
    p_intent.version := 1;
    insert into trading.order_intents select p_intent.* on conflict on constraint order_intents_pkey do nothing;
    if not found then
        return query select k.* from trading._answer_known_intent(p_intent) as k;
        return;
    end if;

    outcome := case when refusal_code is null then 'created' else 'refused' end;
    intent_id := p_intent.intent_id;
    status := p_intent.status;
    expires_at := p_intent.expires_at;
    perform trading._emit_intent(p_intent, p_intent.ctx);
    if refusal_code is not null then
        perform audit._write('trading.request_order', 'intent', p_intent.intent_id::text, p_intent.account_id, outcome, refusal_code,
            jsonb_build_object('action', p_intent.action, 'detail', refusal_detail), p_intent.ctx);
    end if;
    return next;
end
$function$;

alter function trading._request_intent(p_intent trading.order_intents) owner to daybook_api;

comment on function trading._request_intent(p_intent trading.order_intents) is 'Puts an intent, whose arguments were checked, into the queue, or keeps that it was refused: halted, fenced, account_closed, lot_size or tick_size.';

revoke execute on function trading._request_intent(p_intent trading.order_intents) from public;
grant execute on function trading._request_intent(p_intent trading.order_intents) to daybook_owner;
