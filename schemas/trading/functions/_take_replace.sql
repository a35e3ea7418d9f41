-- daybook mirror: function trading._take_replace(p_account_id uuid, p_order_id uuid, p_qty numeric, p_price numeric, p_stop_price numeric, p_ctx jsonb)
-- needs: trading/types/notional_answer.sql

CREATE OR REPLACE FUNCTION trading._take_replace(p_account_id uuid, p_order_id uuid, p_qty numeric, p_price numeric, p_stop_price numeric, p_ctx jsonb)
 RETURNS trading.notional_answer
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_order trading.orders;
    v_reserve trading.notional_reserves;
    v_raise numeric;
begin
    select * into v_order from trading.orders as o where o.account_id = p_account_id and o.order_id = p_order_id;
    if not found or not v_order.capped and not trading._caps_apply(p_account_id, (p_ctx ->> 'bot')::uuid) then
        return null;
    end if;
    v_reserve := trading._replace_reserve(v_order, p_ctx);
    if not trading._caps_apply(p_account_id, v_reserve.bot_id) then
        return null;
    end if;
    v_raise := trading._replace_raise(v_order, v_reserve, p_qty, p_price, p_stop_price);
    if v_raise <= 0 then
        return null;
    end if;
    return trading._take_notional(v_reserve.account_id, v_reserve.bot_id, v_reserve.day, v_reserve.currency, v_raise);
end
$function$;

alter function trading._take_replace(p_account_id uuid, p_order_id uuid, p_qty numeric, p_price numeric, p_stop_price numeric, p_ctx jsonb) owner to daybook_api;

comment on function trading._take_replace(p_account_id uuid, p_order_id uuid, p_qty numeric, p_price numeric, p_stop_price numeric, p_ctx jsonb) is 'Locks a slice that has room for what a replace adds to what the order counts, or says why it may not be asked for; nulls when it adds nothing, or no cap is in force.';

revoke execute on function trading._take_replace(p_account_id uuid, p_order_id uuid, p_qty numeric, p_price numeric, p_stop_price numeric, p_ctx jsonb) from public;
grant execute on function trading._take_replace(p_account_id uuid, p_order_id uuid, p_qty numeric, p_price numeric, p_stop_price numeric, p_ctx jsonb) to daybook_owner;
