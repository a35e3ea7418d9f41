-- daybook mirror: function trading._take_notional(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric)
-- needs: trading/types/notional_answer.sql

CREATE OR REPLACE FUNCTION trading._take_notional(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric)
 RETURNS trading.notional_answer
 LANGUAGE plpgsql
AS $function$
declare
    v_slice constant integer := trading._free_slice(p_account_id, p_bot_id, p_day, p_currency, p_amount);
begin
    if v_slice is not null then
        return row(v_slice, null, null)::trading.notional_answer;
    end if;
    return trading._refill_slice(p_account_id, p_bot_id, p_day, p_currency, p_amount);
end
$function$;

alter function trading._take_notional(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric) owner to daybook_api;

comment on function trading._take_notional(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric) is 'Locks a slice of the bot and day that has room for the amount, and returns its number; or why there is none: cap or cap_price.';

revoke execute on function trading._take_notional(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric) from public;
grant execute on function trading._take_notional(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric) to daybook_owner;
