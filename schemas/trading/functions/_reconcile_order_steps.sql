-- daybook mirror: function trading._reconcile_order_steps(p_order trading.orders, p_entry trading.venue_entry, p_queried boolean, p_fills_known boolean, p_as_of timestamp with time zone, p_ctx jsonb)
-- needs: trading/tables/orders.sql
-- needs: trading/types/reconcile_step.sql
-- needs: trading/types/venue_entry.sql

CREATE OR REPLACE FUNCTION trading._reconcile_order_steps(p_order trading.orders, p_entry trading.venue_entry, p_queried boolean, p_fills_known boolean, p_as_of timestamp with time zone, p_ctx jsonb)
 RETURNS SETOF trading.reconcile_step
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_order trading.orders := p_order;
    v_status constant text := case when p_queried then p_entry.status else 'open' end;
    v_filled constant numeric := coalesce(p_entry.filled_qty, case when v_status = 'filled' then p_order.working_qty end);
    v_step trading.reconcile_step;
    v_bust record;
begin
    if not p_queried and (v_order.lifecycle is null or v_order.type is null) then
        v_step := trading._reconcile_import(v_order, p_entry, p_ctx);
        return next v_step;
        v_order := jsonb_populate_record(v_order, jsonb_strip_nulls(v_step.args -> 'order'));
        v_order.lifecycle := case when coalesce(v_order.lifecycle, 'submitted') = 'submitted' then 'accepted' else v_order.lifecycle end;
        v_order.working_qty := coalesce(v_order.working_qty, v_order.qty);
        v_order.working_price := coalesce(v_order.working_price, v_order.price);
        v_order.working_stop_price := coalesce(v_order.working_stop_price, v_order.stop_price);
        v_order.version := v_order.version + 1;
    elsif v_order.lifecycle is null then
        if v_status in ('open', 'triggered') or v_filled > 0 then
            v_step := row('order', v_order.order_id, 'row', null, v_status, null, 'needs_evidence', v_order.order_id,
                          'the order is not in the book and its terms were not said: list it among the open orders, or its fills', null)
                          ::trading.reconcile_step;
            return next v_step;
        end if;
        return;
    elsif (v_order.instrument_id, v_order.side, coalesce(v_order.type, p_entry.type))
          <> (coalesce(p_entry.instrument_id, v_order.instrument_id), coalesce(p_entry.side, v_order.side),
              coalesce(p_entry.type, v_order.type, '')) then
        v_step := row('order', v_order.order_id, 'terms', concat_ws(' ', v_order.side, v_order.type), concat_ws(' ', p_entry.side, p_entry.type),
                      null, 'needs_decision', v_order.order_id, 'another order stands under this identity', null)::trading.reconcile_step;
        return next v_step;
        return;
    end if;

    for v_step in
        select s.* from trading._reconcile_order_qty(v_order, v_filled, p_entry.avg_price, v_status, p_fills_known, p_as_of, p_ctx) as s
    loop
        return next v_step;
        if v_step.action is null and v_status = 'filled' then
            return;
        elsif v_step.action = 'bust_fill' then
            select t.qty, t.qty * t.price as value, (v_step.args ->> 'leaves_qty')::numeric as leaves into strict v_bust
              from trading.fill_terms as t
             where t.account_id = v_order.account_id and t.fill_id = v_step.ref_id;
            v_order := trading._amend_order(v_order, 'bust', -v_bust.qty, -v_bust.value, v_bust.leaves);
        elsif v_step.action = 'infer_fill' then
            v_order.cum_qty := v_filled;
        end if;
    end loop;
    return query select s.* from trading._reconcile_order_status(v_order, p_entry, v_status, p_as_of) as s;
end
$function$;

alter function trading._reconcile_order_steps(p_order trading.orders, p_entry trading.venue_entry, p_queried boolean, p_fills_known boolean, p_as_of timestamp with time zone, p_ctx jsonb) owner to daybook_api;

comment on function trading._reconcile_order_steps(p_order trading.orders, p_entry trading.venue_entry, p_queried boolean, p_fills_known boolean, p_as_of timestamp with time zone, p_ctx jsonb) is 'What an entry of the open orders, or the answer to a query of one order, makes of an order as the book has it with the fills that are coming in.';

revoke execute on function trading._reconcile_order_steps(p_order trading.orders, p_entry trading.venue_entry, p_queried boolean, p_fills_known boolean, p_as_of timestamp with time zone, p_ctx jsonb) from public;
grant execute on function trading._reconcile_order_steps(p_order trading.orders, p_entry trading.venue_entry, p_queried boolean, p_fills_known boolean, p_as_of timestamp with time zone, p_ctx jsonb) to daybook_owner;
