-- daybook mirror: function trading._reconcile_order_works(p_order trading.orders, p_entry trading.venue_entry, p_status text)
-- needs: trading/tables/orders.sql
-- needs: trading/types/reconcile_step.sql
-- needs: trading/types/venue_entry.sql

CREATE OR REPLACE FUNCTION trading._reconcile_order_works(p_order trading.orders, p_entry trading.venue_entry, p_status text)
 RETURNS SETOF trading.reconcile_step
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_step constant trading.reconcile_step := row(
        'order', p_order.order_id, 'status',
        trading._order_status(p_order.lifecycle, p_order.pending, p_order.working_qty, p_order.cum_qty), p_status, null, null,
        p_order.order_id, null, null)::trading.reconcile_step;
    v_terms trading.reconcile_step := v_step;
    v_order trading.orders := p_order;
begin
    if v_order.lifecycle = 'submitted' then
        return next trading._reconcile_event(v_step, v_order, 'acknowledge', p_entry.exchange_order_id, null, null, null);
        v_order.lifecycle := 'accepted';
    end if;
    if p_status = 'triggered' and (trading._order_next('trigger', v_order.origin, v_order.lifecycle, v_order.pending, v_order.outcome_unknown,
                                                       v_order.working_qty, v_order.cum_qty)).legal then
        return next trading._reconcile_event(v_step, v_order, 'trigger', null, null, null, null);
    end if;
    if p_entry.qty is not null
       and (p_entry.qty, p_entry.price, p_entry.stop_price)
           is distinct from (v_order.working_qty::numeric, v_order.working_price::numeric, v_order.working_stop_price::numeric) then
        v_terms.field := 'terms';
        v_terms.book_value := concat_ws(' ', v_order.working_qty, '@ ' || coalesce(v_order.working_price, v_order.working_stop_price));
        v_terms.venue_value := concat_ws(' ', trim_scale(p_entry.qty), '@ ' || trim_scale(coalesce(p_entry.price, p_entry.stop_price)));
        return next trading._reconcile_event(v_terms, v_order, 'replace', p_entry.exchange_order_id, trim_scale(p_entry.qty),
                                             trim_scale(p_entry.price), trim_scale(p_entry.stop_price));
    end if;
end
$function$;

alter function trading._reconcile_order_works(p_order trading.orders, p_entry trading.venue_entry, p_status text) owner to daybook_api;

comment on function trading._reconcile_order_works(p_order trading.orders, p_entry trading.venue_entry, p_status text) is 'What it tells of a live order that the venue works on it: it was taken, and these terms are in force. A pending request stays so.';

revoke execute on function trading._reconcile_order_works(p_order trading.orders, p_entry trading.venue_entry, p_status text) from public;
grant execute on function trading._reconcile_order_works(p_order trading.orders, p_entry trading.venue_entry, p_status text) to daybook_owner;
