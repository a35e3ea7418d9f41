-- daybook mirror: function trading._own_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text)
-- needs: trading/tables/notional_slices.sql

CREATE OR REPLACE FUNCTION trading._own_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text)
 RETURNS trading.notional_slices
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_slice trading.notional_slices;
begin
    select * into v_slice
      from trading.notional_slices as s
     where s.account_id = p_account_id and s.bot_id = p_bot_id and s.day = p_day and s.currency = p_currency
     order by s.slice
     limit 1
       for no key update skip locked;
    if not found then
        v_slice := trading._new_slice(p_account_id, p_bot_id, p_day, p_currency);
        if v_slice.slice is null then
            select * into strict v_slice
              from trading.notional_slices as s
             where s.account_id = p_account_id and s.bot_id = p_bot_id and s.day = p_day and s.currency = p_currency and s.slice = 1
               for no key update;
        end if;
    end if;
    return v_slice;
end
$function$;

alter function trading._own_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text) owner to daybook_api;

comment on function trading._own_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text) is 'Locks a slice of the bot and day that nobody else uses, and makes one if there is none. The caller holds the lock of the day.';

revoke execute on function trading._own_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text) from public;
grant execute on function trading._own_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text) to daybook_owner;
