-- daybook mirror: function trading._replace_reserve(p_order trading.orders, p_ctx jsonb)
-- needs: trading/tables/notional_reserves.sql
-- needs: trading/tables/orders.sql

CREATE OR REPLACE FUNCTION trading._replace_reserve(p_order trading.orders, p_ctx jsonb)
 RETURNS trading.notional_reserves
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_reserve trading.notional_reserves;
begin
    select * into v_reserve from trading.notional_reserves as r where r.account_id = p_order.account_id and r.order_id = p_order.order_id;
    if not found then
        select n.* into strict v_reserve
          from ref.instruments as i,
               trading._new_reserve(p_order.account_id, p_order.order_id, (p_ctx ->> 'bot')::uuid, 0, coalesce(p_order.working_price, p_order.working_stop_price),
                                    i.kind, i.quote, i.multiplier) as n
         where i.instrument_id = p_order.instrument_id;
        v_reserve.base := trading._order_notional(p_order, v_reserve);
        v_reserve.amount := 0;
    end if;
    return v_reserve;
end
$function$;

alter function trading._replace_reserve(p_order trading.orders, p_ctx jsonb) owner to daybook_api;

comment on function trading._replace_reserve(p_order trading.orders, p_ctx jsonb) is 'What an order counts; one that did not until now begins to today, under the bot that asks, with what is added to it.';

revoke execute on function trading._replace_reserve(p_order trading.orders, p_ctx jsonb) from public;
grant execute on function trading._replace_reserve(p_order trading.orders, p_ctx jsonb) to daybook_owner;
