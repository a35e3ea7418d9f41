-- daybook mirror: function trading._reconcile_made(p_fill_id uuid, p_order trading.orders, p_side text, p_qty numeric, p_price numeric, p_as_of timestamp with time zone, p_ctx jsonb)
-- needs: trading/tables/fills.sql
-- needs: trading/tables/orders.sql

CREATE OR REPLACE FUNCTION trading._reconcile_made(p_fill_id uuid, p_order trading.orders, p_side text, p_qty numeric, p_price numeric, p_as_of timestamp with time zone, p_ctx jsonb)
 RETURNS trading.fills
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_fill trading.fills := trading._received_fill(
        p_order.account_id, p_fill_id, p_order.order_id, p_order.instrument_id, p_side, p_qty, p_price, 0, null, null, null, null, '',
        p_order.position_key, p_as_of, p_as_of, p_ctx);
begin
    v_fill.flags := array['reconciled'];
    return v_fill;
end
$function$;

alter function trading._reconcile_made(p_fill_id uuid, p_order trading.orders, p_side text, p_qty numeric, p_price numeric, p_as_of timestamp with time zone, p_ctx jsonb) owner to daybook_api;

comment on function trading._reconcile_made(p_fill_id uuid, p_order trading.orders, p_side text, p_qty numeric, p_price numeric, p_as_of timestamp with time zone, p_ctx jsonb) is 'A fill that a reconciliation makes, flagged so: it has no trade number and no fee, and happens at the moment of which the venue''s state tells.';

revoke execute on function trading._reconcile_made(p_fill_id uuid, p_order trading.orders, p_side text, p_qty numeric, p_price numeric, p_as_of timestamp with time zone, p_ctx jsonb) from public;
grant execute on function trading._reconcile_made(p_fill_id uuid, p_order trading.orders, p_side text, p_qty numeric, p_price numeric, p_as_of timestamp with time zone, p_ctx jsonb) to daybook_owner;
