-- More than anybody submits at once with are of no use, and each is looked at by every submission.
create or replace function trading._new_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text) returns trading.notional_slices
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
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
$$;

comment on function trading._new_slice(uuid, uuid, date, text) is
    'Makes another slice of the bot and day, and locks it; nulls when there are as many as there may be. The caller holds the lock of the day.';
