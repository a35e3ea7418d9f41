-- daybook mirror: function trading._new_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text)
-- needs: trading/tables/notional_slices.sql

CREATE OR REPLACE FUNCTION trading._new_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text)
 RETURNS trading.notional_slices
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_slices_max constant integer := 64;
    v_slice trading.notional_slices;
    v_next constant integer := 1 + coalesce((select max(s.slice)
                                               from trading.notional_slices as s
                                              where s.account_id = p_account_id and s.bot_id = p_bot_id and s.day = p_day and s.currency = p_currency), 0);
begin
    if v_next <= c_slices_max then
        perform trading._make_slice(p_account_id, p_bot_id, p_day, p_currency, v_next);
        -- A claim makes the first one without the lock of the day, so it may be there by now.
        select * into strict v_slice
          from trading.notional_slices as s
         where s.account_id = p_account_id and s.bot_id = p_bot_id and s.day = p_day and s.currency = p_currency and s.slice = v_next
           for no key update;
    end if;
    return v_slice;
end
$function$;

alter function trading._new_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text) owner to daybook_api;

comment on function trading._new_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text) is 'Makes another slice of the bot and day, and locks it; nulls when there are as many as there may be. The caller holds the lock of the day.';

revoke execute on function trading._new_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text) from public;
grant execute on function trading._new_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text) to daybook_owner;
