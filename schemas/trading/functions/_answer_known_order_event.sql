-- daybook mirror: function trading._answer_known_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text, p_qty numeric, p_price numeric, p_stop_price numeric, p_decided boolean)

CREATE OR REPLACE FUNCTION trading._answer_known_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text, p_qty numeric, p_price numeric, p_stop_price numeric, p_decided boolean)
 RETURNS TABLE(outcome text, order_id uuid, status text, version bigint, conflict_field text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_old trading.order_events;
begin
    select * into strict v_old from trading.order_events as e where e.account_id = p_account_id and e.event_id = p_event_id;

    order_id := v_old.order_id;
    status := v_old.status;
    version := v_old.order_version;
    conflict_field := case
        when v_old.order_id <> p_order_id then 'order_id'
        when v_old.event <> p_event then 'event'
        when v_old.exchange_order_id is distinct from p_exchange_order_id then 'exchange_order_id'
        when v_old.reason is distinct from p_reason then 'reason'
        when v_old.qty is distinct from p_qty then 'qty'
        when v_old.price is distinct from p_price then 'price'
        when v_old.stop_price is distinct from p_stop_price then 'stop_price'
        when (v_old.decided_by is not null) <> p_decided then 'decided_by'
    end;
    if conflict_field is not null then
        outcome := 'conflict';
    elsif v_old.outcome = 'refused' then
        outcome := 'refused';
        refusal_code := v_old.refusal_code;
        refusal_detail := v_old.refusal_detail;
    else
        outcome := 'replayed';
    end if;
    return next;
end
$function$;

alter function trading._answer_known_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text, p_qty numeric, p_price numeric, p_stop_price numeric, p_decided boolean) owner to daybook_api;

comment on function trading._answer_known_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text, p_qty numeric, p_price numeric, p_stop_price numeric, p_decided boolean) is 'The answer to an order event whose id is already in the book: what was answered first, or conflict.';

revoke execute on function trading._answer_known_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text, p_qty numeric, p_price numeric, p_stop_price numeric, p_decided boolean) from public;
grant execute on function trading._answer_known_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text, p_qty numeric, p_price numeric, p_stop_price numeric, p_decided boolean) to daybook_owner;
