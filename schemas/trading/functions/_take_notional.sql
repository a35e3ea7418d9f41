-- daybook mirror: function trading._take_notional(p_reserve trading.notional_reserves, p_amount numeric)
-- needs: trading/tables/notional_reserves.sql
-- needs: trading/types/notional_answer.sql

CREATE OR REPLACE FUNCTION trading._take_notional(p_reserve trading.notional_reserves, p_amount numeric)
 RETURNS trading.notional_answer
 LANGUAGE plpgsql
AS $function$
declare
    v_answer trading.notional_answer;
begin
    v_answer.slice := trading._free_slice(p_reserve.account_id, p_reserve.bot_id, p_reserve.day, p_reserve.currency, p_amount);
    if v_answer.slice is null then
        v_answer := trading._refill_slice(p_reserve.account_id, p_reserve.bot_id, p_reserve.day, p_reserve.currency, p_amount);
    end if;
    return v_answer;
end
$function$;

alter function trading._take_notional(p_reserve trading.notional_reserves, p_amount numeric) owner to daybook_api;

comment on function trading._take_notional(p_reserve trading.notional_reserves, p_amount numeric) is 'Locks a slice that has room for so much more of what the reserve says, and returns its number; or why there is none: cap or cap_price.';

revoke execute on function trading._take_notional(p_reserve trading.notional_reserves, p_amount numeric) from public;
grant execute on function trading._take_notional(p_reserve trading.notional_reserves, p_amount numeric) to daybook_owner;
