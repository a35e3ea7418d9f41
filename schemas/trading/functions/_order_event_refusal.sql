-- daybook mirror: function trading._order_event_refusal(p_order trading.orders, p_event text, p_legal boolean, p_qty numeric, p_price numeric, p_stop_price numeric, p_decided boolean, p_ctx jsonb, OUT code text, OUT detail text)
-- needs: trading/tables/orders.sql

CREATE OR REPLACE FUNCTION trading._order_event_refusal(p_order trading.orders, p_event text, p_legal boolean, p_qty numeric, p_price numeric, p_stop_price numeric, p_decided boolean, p_ctx jsonb, OUT code text, OUT detail text)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_terms record;
begin
    if not p_legal then
        code := 'illegal_transition';
        detail := format('an order that is %s cannot take the event %s', p_order.status, p_event);
    elsif p_decided and not p_order.outcome_unknown then
        code := 'not_in_doubt';
        detail := 'the outcome of the last request is known: only what is in doubt can be decided';
    elsif p_event = 'replace' and p_order.pending <> 'replace' and num_nonnulls(p_qty, p_price, p_stop_price) = 0 then
        code := 'terms_missing';
        detail := 'no replace is under way that says what is in force now: say the quantity or the prices';
    end if;
    if code is not null or p_event not in ('replace_request', 'cancel_request') then
        return;
    end if;

    select s.code, s.detail into code, detail from trading._stopped(p_order.account_id, p_ctx, p_event <> 'cancel_request') as s;
    if code is not null or p_event = 'cancel_request' then
        return;
    end if;

    select a.status, i.lot_size, i.tick_size
      into strict v_terms
      from trading.accounts as a, ref.instruments as i
     where a.account_id = p_order.account_id and i.instrument_id = p_order.instrument_id;
    if v_terms.status <> 'open' then
        code := 'account_closed';
        detail := 'the account is closed';
    elsif p_price is not null and p_order.type in ('market', 'stop') or p_stop_price is not null and p_order.type in ('market', 'limit') then
        code := 'order_type';
        detail := format('an order of type %s has no such price', p_order.type);
    else
        select g.code, g.detail
          into code, detail
          from trading._off_grid(p_qty, p_price, p_stop_price, v_terms.lot_size, v_terms.tick_size) as g;
    end if;
end
$function$;

alter function trading._order_event_refusal(p_order trading.orders, p_event text, p_legal boolean, p_qty numeric, p_price numeric, p_stop_price numeric, p_decided boolean, p_ctx jsonb, OUT code text, OUT detail text) owner to daybook_api;

comment on function trading._order_event_refusal(p_order trading.orders, p_event text, p_legal boolean, p_qty numeric, p_price numeric, p_stop_price numeric, p_decided boolean, p_ctx jsonb, OUT code text, OUT detail text) is 'Why an event of an order is refused, as code and detail; nulls when it is not: illegal_transition, not_in_doubt, terms_missing, halted, fenced, account_closed, order_type, lot_size or tick_size.';

revoke execute on function trading._order_event_refusal(p_order trading.orders, p_event text, p_legal boolean, p_qty numeric, p_price numeric, p_stop_price numeric, p_decided boolean, p_ctx jsonb, OUT code text, OUT detail text) from public;
grant execute on function trading._order_event_refusal(p_order trading.orders, p_event text, p_legal boolean, p_qty numeric, p_price numeric, p_stop_price numeric, p_decided boolean, p_ctx jsonb, OUT code text, OUT detail text) to daybook_owner;
