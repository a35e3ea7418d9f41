-- daybook mirror: function trading._reconcile_order_status(p_order trading.orders, p_entry trading.venue_entry, p_status text, p_as_of timestamp with time zone)
-- needs: trading/tables/orders.sql
-- needs: trading/types/reconcile_step.sql
-- needs: trading/types/venue_entry.sql

CREATE OR REPLACE FUNCTION trading._reconcile_order_status(p_order trading.orders, p_entry trading.venue_entry, p_status text, p_as_of timestamp with time zone)
 RETURNS SETOF trading.reconcile_step
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_full constant boolean := coalesce(p_order.cum_qty >= p_order.working_qty, false);
    v_live constant boolean := p_order.lifecycle in ('submitted', 'accepted', 'triggered');
    v_works constant boolean := p_status in ('open', 'triggered');
    v_step trading.reconcile_step;
    v_event text;
begin
    v_step := row('order', p_order.order_id, 'status',
                  trading._order_status(p_order.lifecycle, p_order.pending, p_order.working_qty, p_order.cum_qty), p_status, null, null,
                  p_order.order_id, p_entry.reason, null)::trading.reconcile_step;
    if p_status in (p_order.lifecycle, v_step.book_value)
       or p_status = 'not_found' and (not v_live or v_full and p_order.pending = 'none'
                                      or coalesce(p_order.submitted_at, p_order.recorded_at, p_as_of) > p_as_of) then
        return;
    elsif p_status = 'not_found' then
        v_event := case
            when p_order.pending <> 'none' then case when not p_order.outcome_unknown then 'outcome_unknown' end
            when p_order.lifecycle = 'submitted' and p_order.cum_qty = 0 then 'reject'
            else 'cancel' end;
        if v_event is null then
            v_step.result := 'needs_evidence';
            v_step.detail := 'what became of the request is in doubt, and the venue does not know the order: ask again, or decide with trading.fn_resolve_order()';
        end if;
        v_step.detail := coalesce(v_step.detail, 'the venue was asked about this order and does not know it');
    elsif v_works and (not v_live or v_full and p_order.pending = 'none') then
        v_step.result := 'needs_decision';
        v_step.detail := 'the venue works on an order that is closed in the book';
    elsif v_works then
        return query select s.* from trading._reconcile_order_works(p_order, p_entry, p_status) as s;
        return;
    elsif p_status = 'filled' and v_live and not v_full and p_order.working_qty is null and p_order.cum_qty > 0 then
        -- Its fills are all that is known of it: so much was its quantity.
        v_event := 'replace';
    elsif p_status = 'filled' and v_live and v_full then
        v_event := p_order.pending || '_reject';
    else
        v_event := case p_status when 'canceled' then 'cancel' when 'expired' then 'expire' when 'rejected' then 'reject' end;
    end if;

    if v_event is not null and (trading._order_next(v_event, p_order.origin, p_order.lifecycle, p_order.pending, p_order.outcome_unknown,
                                                    p_order.working_qty, p_order.cum_qty)).legal then
        v_step := trading._reconcile_event(v_step, p_order, v_event, p_entry.exchange_order_id,
                                           case when v_event = 'replace' then p_order.cum_qty end, null, null);
    elsif v_step.result is null then
        v_step.result := 'needs_decision';
        v_step.detail := concat_ws(': ', 'the order cannot take this from the state it is in', v_step.detail);
    end if;
    return next v_step;
end
$function$;

alter function trading._reconcile_order_status(p_order trading.orders, p_entry trading.venue_entry, p_status text, p_as_of timestamp with time zone) owner to daybook_api;

comment on function trading._reconcile_order_status(p_order trading.orders, p_entry trading.venue_entry, p_status text, p_as_of timestamp with time zone) is 'The event that leads an order to where the venue says it stands. What is not found ends only after a query of that order, and never while a request is pending.';

revoke execute on function trading._reconcile_order_status(p_order trading.orders, p_entry trading.venue_entry, p_status text, p_as_of timestamp with time zone) from public;
grant execute on function trading._reconcile_order_status(p_order trading.orders, p_entry trading.venue_entry, p_status text, p_as_of timestamp with time zone) to daybook_owner;
