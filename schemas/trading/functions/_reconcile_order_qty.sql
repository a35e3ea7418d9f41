-- daybook mirror: function trading._reconcile_order_qty(p_order trading.orders, p_filled numeric, p_avg_price numeric, p_status text, p_fills_known boolean, p_as_of timestamp with time zone, p_ctx jsonb)
-- needs: trading/tables/orders.sql
-- needs: trading/types/reconcile_step.sql

CREATE OR REPLACE FUNCTION trading._reconcile_order_qty(p_order trading.orders, p_filled numeric, p_avg_price numeric, p_status text, p_fills_known boolean, p_as_of timestamp with time zone, p_ctx jsonb)
 RETURNS SETOF trading.reconcile_step
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_made record;
    v_missing numeric;
    v_price numeric;
    v_step trading.reconcile_step;
    v_fill trading.fills;
begin
    if coalesce(p_filled = p_order.cum_qty, true) then
        return;
    end if;
    select coalesce(array_agg(t.fill_id order by t.position_version desc), '{}') as ids, coalesce(sum(t.qty), 0) as qty,
           coalesce(sum(t.qty * t.price), 0) as value
      into v_made
      from trading.fill_terms as t
     where t.account_id = p_order.account_id and t.order_id = p_order.order_id and not t.busted and 'reconciled' = any (t.flags);
    v_missing := p_filled - (p_order.cum_qty - v_made.qty);
    if v_missing > 0 then
        v_price := util.div18(p_filled * p_avg_price - (p_order.cum_value - v_made.value), v_missing);
    end if;

    v_step := row('order', p_order.order_id, 'filled_qty', trim_scale(p_order.cum_qty), trim_scale(p_filled), null, 'needs_decision', p_order.order_id, null, null)
                  ::trading.reconcile_step;
    if not p_fills_known then
        v_step.result := 'needs_evidence';
        v_step.detail := 'the venue''s fills are not known';
        return next v_step;
        return;
    elsif v_missing < 0 then
        v_step.detail := 'the book has more fills of the order than the venue tells of';
        return next v_step;
        return;
    elsif v_missing > 0 and coalesce(v_price <= 0, true) then
        v_step.detail := 'the venue''s average leads to no price for what is missing';
        return next v_step;
        return;
    end if;

    return query
        select s.*
          from trading._reconcile_busts(p_order.account_id, v_made.ids,
                                        case when p_status in ('open', 'triggered') then greatest(p_order.working_qty - p_filled, 0) end) as s;
    if v_missing > 0 then
        v_fill := trading._reconcile_made(
            trading._reconcile_id(
                p_order.account_id, p_order.instrument_id,
                array['fill of order', p_order.order_id::text, (p_order.version + cardinality(v_made.ids))::text, trim_scale(v_missing)::text, v_price::text]),
            p_order, p_order.side, v_missing, v_price, p_as_of, p_ctx);
        v_step.action := 'infer_fill';
        v_step.result := null;
        v_step.ref_id := v_fill.fill_id;
        v_step.detail := format('%s %s @ %s stands for fills that the venue did not tell', v_fill.side, v_fill.qty, v_fill.price);
        v_step.args := jsonb_build_object('fill', to_jsonb(v_fill));
        return next v_step;
    end if;
end
$function$;

alter function trading._reconcile_order_qty(p_order trading.orders, p_filled numeric, p_avg_price numeric, p_status text, p_fills_known boolean, p_as_of timestamp with time zone, p_ctx jsonb) owner to daybook_api;

comment on function trading._reconcile_order_qty(p_order trading.orders, p_filled numeric, p_avg_price numeric, p_status text, p_fills_known boolean, p_as_of timestamp with time zone, p_ctx jsonb) is 'Makes up for what the venue says was filled of an order, at a price that leads to its average, when its fills do not tell it.';

revoke execute on function trading._reconcile_order_qty(p_order trading.orders, p_filled numeric, p_avg_price numeric, p_status text, p_fills_known boolean, p_as_of timestamp with time zone, p_ctx jsonb) from public;
grant execute on function trading._reconcile_order_qty(p_order trading.orders, p_filled numeric, p_avg_price numeric, p_status text, p_fills_known boolean, p_as_of timestamp with time zone, p_ctx jsonb) to daybook_owner;
