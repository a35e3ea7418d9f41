-- daybook mirror: function trading._reconcile_adjustment(p_step trading.reconcile_step, p_position trading.positions, p_change numeric, p_price numeric, p_as_of timestamp with time zone, p_ctx jsonb)
-- needs: trading/tables/positions.sql
-- needs: trading/types/reconcile_step.sql

CREATE OR REPLACE FUNCTION trading._reconcile_adjustment(p_step trading.reconcile_step, p_position trading.positions, p_change numeric, p_price numeric, p_as_of timestamp with time zone, p_ctx jsonb)
 RETURNS trading.reconcile_step
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_step trading.reconcile_step := p_step;
    v_order trading.orders;
    v_fill trading.fills;
begin
    v_order.account_id := p_position.account_id;
    v_order.order_id := trading._reconcile_id(
        p_position.account_id, p_position.instrument_id,
        array['fill of position', p_position.position_key, p_position.version::text, trim_scale(p_change)::text, trim_scale(p_price)::text]);
    v_order.origin := 'external';
    v_order.instrument_id := p_position.instrument_id;
    v_order.position_key := p_position.position_key;
    v_order.side := case when p_change > 0 then 'buy' else 'sell' end;
    v_order.type := 'market';
    v_order.qty := trim_scale(abs(p_change));
    v_order.submitted_at := p_as_of;
    v_order.ctx := p_ctx;
    v_fill := trading._reconcile_made(v_order.order_id, v_order, v_order.side, v_order.qty, p_price, p_as_of, p_ctx);

    v_step.action := 'adjust_position';
    v_step.result := null;
    v_step.ref_id := v_fill.fill_id;
    v_step.detail := format('%s %s @ %s, so that nothing is realised but what a flip closes', v_fill.side, v_fill.qty, v_fill.price);
    v_step.args := jsonb_build_object('order', jsonb_strip_nulls(to_jsonb(v_order)), 'fill', to_jsonb(v_fill));
    return v_step;
end
$function$;

alter function trading._reconcile_adjustment(p_step trading.reconcile_step, p_position trading.positions, p_change numeric, p_price numeric, p_as_of timestamp with time zone, p_ctx jsonb) owner to daybook_api;

comment on function trading._reconcile_adjustment(p_step trading.reconcile_step, p_position trading.positions, p_change numeric, p_price numeric, p_as_of timestamp with time zone, p_ctx jsonb) is 'The step with a fill that leads a position to the venue''s, of an external market order of its own.';

revoke execute on function trading._reconcile_adjustment(p_step trading.reconcile_step, p_position trading.positions, p_change numeric, p_price numeric, p_as_of timestamp with time zone, p_ctx jsonb) from public;
grant execute on function trading._reconcile_adjustment(p_step trading.reconcile_step, p_position trading.positions, p_change numeric, p_price numeric, p_as_of timestamp with time zone, p_ctx jsonb) to daybook_owner;
