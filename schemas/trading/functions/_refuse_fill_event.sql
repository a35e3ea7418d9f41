-- daybook mirror: function trading._refuse_fill_event(p_event trading.fill_events, p_order trading.orders, p_position trading.positions)
-- needs: trading/tables/fill_events.sql
-- needs: trading/tables/orders.sql
-- needs: trading/tables/positions.sql
-- needs: trading/types/fill_event_answer.sql

CREATE OR REPLACE FUNCTION trading._refuse_fill_event(p_event trading.fill_events, p_order trading.orders, p_position trading.positions)
 RETURNS trading.fill_event_answer
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_event trading.fill_events;
    v_order trading.orders := p_order;
begin
    -- Only the count of events moves, so that the log of the order has no gap.
    v_order.version := v_order.version + 1;
    v_event := trading._answer_fill_event(p_event, v_order, p_position);
    perform trading._write_fill_event(v_event);
    update trading.orders as o
       set version = v_order.version
     where o.account_id = v_order.account_id and o.order_id = v_order.order_id;
    perform audit._write('trading.amend_fill', 'fill', v_event.fill_id::text, v_event.account_id, 'refused', v_event.refusal_code,
        jsonb_build_object('event_id', v_event.event_id, 'event', v_event.kind, 'detail', v_event.refusal_detail), v_event.ctx);
    perform bus._emit_versioned('trading.request_refused', v_order.order_id::text, v_order.version,
        jsonb_build_object(
            'order_id', v_order.order_id, 'event_id', v_event.event_id, 'event', v_event.kind, 'status', v_event.order_status,
            'refusal_code', v_event.refusal_code, 'refusal_detail', v_event.refusal_detail),
        v_event.occurred_at, null, v_event.account_id, v_event.ctx);
    return trading._fill_event_answer('refused', v_event, p_position.position_id);
end
$function$;

alter function trading._refuse_fill_event(p_event trading.fill_events, p_order trading.orders, p_position trading.positions) owner to daybook_api;

comment on function trading._refuse_fill_event(p_event trading.fill_events, p_order trading.orders, p_position trading.positions) is 'Commits the refusal of a bust or correction of a recorded fill: row, audit row and event; order and position do not change.';

revoke execute on function trading._refuse_fill_event(p_event trading.fill_events, p_order trading.orders, p_position trading.positions) from public;
grant execute on function trading._refuse_fill_event(p_event trading.fill_events, p_order trading.orders, p_position trading.positions) to daybook_owner;
