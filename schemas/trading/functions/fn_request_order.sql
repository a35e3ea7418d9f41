-- daybook mirror: function trading.fn_request_order(p_account_id uuid, p_intent_id uuid, p_instrument_id uuid, p_side text, p_type text, p_qty numeric, p_price numeric, p_stop_price numeric, p_time_in_force text, p_ttl interval, p_position_key text, p_run_id uuid, p_reference_price numeric, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_request_order(p_account_id uuid, p_intent_id uuid, p_instrument_id uuid, p_side text, p_type text, p_qty numeric, p_price numeric, p_stop_price numeric, p_time_in_force text, p_ttl interval, p_position_key text DEFAULT ''::text, p_run_id uuid DEFAULT NULL::uuid, p_reference_price numeric DEFAULT NULL::numeric, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, intent_id uuid, status text, expires_at timestamp with time zone, conflict_field text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_intent trading.order_intents;
    v_known record;
begin
    v_intent.ctx := util.ctx(p_ctx);
    perform settings.require_account(p_account_id, 'trade');
    perform util.require_id('p_intent_id', p_intent_id);
    v_intent.account_id := p_account_id;
    v_intent.intent_id := p_intent_id;
    v_intent.action := 'submit';
    v_intent.order_id := p_intent_id;
    v_intent.bot_id := v_intent.ctx ->> 'bot';
    v_intent.instrument_id := p_instrument_id;
    v_intent.position_key := coalesce(p_position_key, '');
    v_intent.run_id := p_run_id;
    v_intent.qty := trading._require_positive('p_qty', p_qty);
    v_intent.price := trading._require_positive('p_price', p_price, false);
    v_intent.stop_price := trading._require_positive('p_stop_price', p_stop_price, false);
    v_intent.reference_price := trading._require_positive('p_reference_price', p_reference_price, false);
    v_intent.requested_at := clock_timestamp();
    v_intent.expires_at := v_intent.requested_at + trading._require_ttl(p_ttl, '1 millisecond');
    perform trading._check_order(p_intent_id, p_side, p_type, v_intent.price, v_intent.stop_price, coalesce(p_time_in_force, 'gtc'),
                                 v_intent.position_key, null);
    v_intent.side := p_side;
    v_intent.type := p_type;
    v_intent.time_in_force := coalesce(p_time_in_force, 'gtc');

    select a.position_mode, i.instrument_id, r.run_id
      into strict v_known
      from trading.accounts as a
      left join ref.instruments as i on i.instrument_id = p_instrument_id
      left join trading.runs as r on r.account_id = a.account_id and r.run_id = p_run_id
     where a.account_id = p_account_id;
    if v_known.instrument_id is null or v_known.run_id is distinct from p_run_id
       or v_known.position_mode = 'hedging' and v_intent.position_key = ''
    then
        perform trading._refuse_order_terms(p_account_id, p_instrument_id, p_run_id, v_known.instrument_id, v_known.run_id);
    end if;

    return query select r.* from trading._request_intent(v_intent) as r;
end
$function$;

alter function trading.fn_request_order(p_account_id uuid, p_intent_id uuid, p_instrument_id uuid, p_side text, p_type text, p_qty numeric, p_price numeric, p_stop_price numeric, p_time_in_force text, p_ttl interval, p_position_key text, p_run_id uuid, p_reference_price numeric, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_request_order(p_account_id uuid, p_intent_id uuid, p_instrument_id uuid, p_side text, p_type text, p_qty numeric, p_price numeric, p_stop_price numeric, p_time_in_force text, p_ttl interval, p_position_key text, p_run_id uuid, p_reference_price numeric, p_ctx jsonb) is 'Asks the executor for an order, whose id will be that of the intent. It holds for p_ttl by the clock of the database, and is submitted with the bot and the fence of this call''s context. created; refused (halted, fenced, account_closed, lot_size, tick_size), kept so for ever; replayed with what became of it since; conflict naming the field that differs.';

revoke execute on function trading.fn_request_order(p_account_id uuid, p_intent_id uuid, p_instrument_id uuid, p_side text, p_type text, p_qty numeric, p_price numeric, p_stop_price numeric, p_time_in_force text, p_ttl interval, p_position_key text, p_run_id uuid, p_reference_price numeric, p_ctx jsonb) from public;
grant execute on function trading.fn_request_order(p_account_id uuid, p_intent_id uuid, p_instrument_id uuid, p_side text, p_type text, p_qty numeric, p_price numeric, p_stop_price numeric, p_time_in_force text, p_ttl interval, p_position_key text, p_run_id uuid, p_reference_price numeric, p_ctx jsonb) to daybook_bot;
grant execute on function trading.fn_request_order(p_account_id uuid, p_intent_id uuid, p_instrument_id uuid, p_side text, p_type text, p_qty numeric, p_price numeric, p_stop_price numeric, p_time_in_force text, p_ttl interval, p_position_key text, p_run_id uuid, p_reference_price numeric, p_ctx jsonb) to daybook_owner;
