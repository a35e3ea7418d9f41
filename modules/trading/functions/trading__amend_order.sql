-- Only a bust that leaves a full order short asks whether the order is over; the order machine answers.
create or replace function trading._amend_order(
    inout p_order trading.orders, p_kind text, p_qty numeric, p_value numeric, p_leaves_qty numeric)
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    v_cum_qty constant numeric := trim_scale(p_order.cum_qty + p_qty);
    v_next record;
begin
    v_next := trading._order_next(
        case when p_kind = 'correct' then 'correct'
             when p_leaves_qty > 0 or v_cum_qty >= p_order.working_qty then 'bust_working'
             else 'bust' end,
        p_order.origin, p_order.lifecycle, p_order.pending, p_order.outcome_unknown, p_order.working_qty, p_order.cum_qty);
    p_order := trading._order_after(p_order, p_kind, v_next.lifecycle, v_next.pending, null, null, null);
    p_order.outcome_unknown := v_next.outcome_unknown;
    p_order.cum_qty := v_cum_qty;
    p_order.cum_value := trim_scale(p_order.cum_value + p_value);
end
$$;

comment on function trading._amend_order(trading.orders, text, numeric, numeric, numeric) is
    'The order after a bust or correction changed a fill of it by so much quantity and value; p_leaves_qty is what the venue says is left of it, if it says so.';
