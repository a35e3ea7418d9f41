-- daybook mirror: function trading._answer_known_import(p_order trading.orders)
-- needs: trading/tables/orders.sql

CREATE OR REPLACE FUNCTION trading._answer_known_import(p_order trading.orders)
 RETURNS TABLE(outcome text, order_id uuid, status text, version bigint, conflict_field text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_old trading.orders;
    v_next record;
    v_described boolean;
begin
    select * into strict v_old
      from trading.orders as o
     where o.account_id = p_order.account_id and o.order_id = p_order.order_id
       for no key update;

    order_id := v_old.order_id;
    status := v_old.status;
    version := v_old.version;
    v_described := v_old.type is not null;
    conflict_field := case
        when v_old.instrument_id <> p_order.instrument_id then 'instrument_id'
        when v_old.side <> p_order.side then 'side'
        when v_old.position_key <> p_order.position_key then 'position_key'
        when v_old.type <> p_order.type then 'type'
        when v_old.qty <> p_order.qty then 'qty'
        when v_described and v_old.price is distinct from p_order.price then 'price'
        when v_described and v_old.stop_price is distinct from p_order.stop_price then 'stop_price'
        when v_old.time_in_force <> p_order.time_in_force then 'time_in_force'
        when v_old.exchange_order_id <> p_order.exchange_order_id then 'exchange_order_id'
    end;
    outcome := case when conflict_field is not null then 'conflict' when v_described then 'replayed' else 'created' end;
    if outcome = 'created' then
        -- It was met through its fill, without terms; that it stands at the venue acknowledges it.
        v_next := trading._order_next('acknowledge', v_old.origin, v_old.lifecycle, v_old.pending, v_old.outcome_unknown,
                                      v_old.working_qty, v_old.cum_qty);
        update trading.orders as o
           set type = p_order.type, time_in_force = p_order.time_in_force, qty = p_order.qty, price = p_order.price,
               stop_price = p_order.stop_price, submitted_at = p_order.submitted_at, lifecycle = v_next.lifecycle,
               outcome_unknown = v_next.outcome_unknown,
               exchange_order_id = coalesce(o.exchange_order_id, p_order.exchange_order_id),
               working_qty = coalesce(o.working_qty, p_order.qty), working_price = coalesce(o.working_price, p_order.price),
               working_stop_price = coalesce(o.working_stop_price, p_order.stop_price), version = o.version + 1,
               updated_at = clock_timestamp(), ctx = p_order.ctx
         where o.account_id = p_order.account_id and o.order_id = p_order.order_id
        returning o.status, o.version into status, version;
        perform trading._emit_order_import(p_order, status, version);
    end if;
    return next;
end
$function$;

alter function trading._answer_known_import(p_order trading.orders) owner to daybook_api;

comment on function trading._answer_known_import(p_order trading.orders) is 'The answer to an import of an order that is already in the book; gives an order its terms that was met through its fill.';

revoke execute on function trading._answer_known_import(p_order trading.orders) from public;
grant execute on function trading._answer_known_import(p_order trading.orders) to daybook_owner;
