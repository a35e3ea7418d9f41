create or replace function trading._own_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text) returns trading.notional_slices
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
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
$$;

comment on function trading._own_slice(uuid, uuid, date, text) is
    'Locks a slice of the bot and day that nobody else uses, and makes one if there is none. The caller holds the lock of the day.';
