-- daybook mirror: function trading._start_counting(p_reserve trading.notional_reserves)
-- needs: trading/tables/notional_reserves.sql

CREATE OR REPLACE FUNCTION trading._start_counting(p_reserve trading.notional_reserves)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    p_reserve.amount := 0;
    perform trading._make_slice(p_reserve.account_id, p_reserve.bot_id, p_reserve.day, p_reserve.currency, 1);
    insert into trading.notional_reserves values (p_reserve.*);
    update trading.orders as o set capped = true where o.account_id = p_reserve.account_id and o.order_id = p_reserve.order_id;
end
$function$;

alter function trading._start_counting(p_reserve trading.notional_reserves) owner to daybook_api;

comment on function trading._start_counting(p_reserve trading.notional_reserves) is 'From now on an order that is in the book counts, though its cap be used up: it is at the venue. The caller holds its lock.';

revoke execute on function trading._start_counting(p_reserve trading.notional_reserves) from public;
grant execute on function trading._start_counting(p_reserve trading.notional_reserves) to daybook_owner;
