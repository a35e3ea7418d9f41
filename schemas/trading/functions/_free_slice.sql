-- daybook mirror: function trading._free_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric)

CREATE OR REPLACE FUNCTION trading._free_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
    v_slice integer;
begin
    select s.slice
      into v_slice
      from (select count(*) as moves, coalesce(sum(k.amount) filter (where k.amount > 0), 0) as taken
              from trading.notional_moves as k
             where k.account_id = p_account_id and k.bot_id = p_bot_id and k.day = p_day and k.currency = p_currency) as m
     cross join trading.notional_slices as s
     where s.account_id = p_account_id and s.bot_id = p_bot_id and s.day = p_day and s.currency = p_currency
       and m.moves < 64
       and (s.bot_room is null or s.bot_room >= p_amount + m.taken)
       and (s.global_room is null
            or s.global_room >= p_amount + (select coalesce(sum(k.amount), 0)
                                              from trading.notional_moves as k
                                             where k.day = p_day and k.currency = p_currency and k.amount > 0))
     order by (s.slice + pg_backend_pid()) & 63
     limit 1
       for no key update of s skip locked;
    return v_slice;
end
$function$;

alter function trading._free_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric) owner to daybook_api;

comment on function trading._free_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric) is 'Locks a slice of the bot and day that nobody else uses and that has room for the amount, and returns its number; null when there is none.';

revoke execute on function trading._free_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric) from public;
grant execute on function trading._free_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric) to daybook_owner;
