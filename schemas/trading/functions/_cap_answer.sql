-- daybook mirror: function trading._cap_answer(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric, p_of_bot boolean, p_bot_limit numeric, p_of_all boolean, p_global_limit numeric)
-- needs: trading/types/notional_answer.sql

CREATE OR REPLACE FUNCTION trading._cap_answer(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric, p_of_bot boolean, p_bot_limit numeric, p_of_all boolean, p_global_limit numeric)
 RETURNS trading.notional_answer
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_answer trading.notional_answer;
begin
    if p_of_bot then
        v_answer.detail := trading._over_cap(
            'the bot', p_bot_limit, trading._notional_used(p_account_id, p_bot_id, p_day, p_currency), p_amount, p_currency, p_day);
    end if;
    if p_of_all and v_answer.detail is null then
        v_answer.detail := trading._over_cap(
            'all trading together', p_global_limit, trading._notional_used(null, null, p_day, p_currency), p_amount, p_currency, p_day);
    end if;
    v_answer.code := case when v_answer.detail is not null then 'cap' end;
    return v_answer;
end
$function$;

alter function trading._cap_answer(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric, p_of_bot boolean, p_bot_limit numeric, p_of_all boolean, p_global_limit numeric) owner to daybook_api;

comment on function trading._cap_answer(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric, p_of_bot boolean, p_bot_limit numeric, p_of_all boolean, p_global_limit numeric) is 'Why an amount does not fit the cap of the bot or that of all trading, as far as it is committed what is used of them; nulls if it fits.';

revoke execute on function trading._cap_answer(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric, p_of_bot boolean, p_bot_limit numeric, p_of_all boolean, p_global_limit numeric) from public;
grant execute on function trading._cap_answer(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric, p_of_bot boolean, p_bot_limit numeric, p_of_all boolean, p_global_limit numeric) to daybook_owner;
