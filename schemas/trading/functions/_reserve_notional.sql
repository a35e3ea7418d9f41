-- daybook mirror: function trading._reserve_notional(p_reserve trading.notional_reserves, p_slice integer)
-- needs: trading/tables/notional_reserves.sql

CREATE OR REPLACE FUNCTION trading._reserve_notional(p_reserve trading.notional_reserves, p_slice integer)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
    update trading.notional_slices as s
       set used = s.used + p_reserve.amount, bot_room = s.bot_room - p_reserve.amount, global_room = s.global_room - p_reserve.amount
     where s.account_id = p_reserve.account_id and s.bot_id = p_reserve.bot_id and s.day = p_reserve.day and s.currency = p_reserve.currency
       and s.slice = p_slice;
    insert into trading.notional_reserves values (p_reserve.*);
end
$function$;

alter function trading._reserve_notional(p_reserve trading.notional_reserves, p_slice integer) owner to daybook_api;

comment on function trading._reserve_notional(p_reserve trading.notional_reserves, p_slice integer) is 'Takes what a new order counts out of a slice, which the caller has locked and found to have room for it.';

revoke execute on function trading._reserve_notional(p_reserve trading.notional_reserves, p_slice integer) from public;
grant execute on function trading._reserve_notional(p_reserve trading.notional_reserves, p_slice integer) to daybook_owner;
