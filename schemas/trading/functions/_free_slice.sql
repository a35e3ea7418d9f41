-- daybook mirror: function trading._free_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric)

CREATE OR REPLACE FUNCTION trading._free_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
    v_slice integer;
    v_given_back bigint;
begin
    select s.slice, m.given_back
      into v_slice, v_given_back
      from (select count(*) filter (where k.amount < 0) as given_back, coalesce(sum(k.amount) filter (where k.amount > 0), 0) as taken
              from trading.notional_moves as k
             where k.account_id = p_account_id and k.bot_id = p_bot_id and k.day = p_day and k.currency = p_currency) as m
     cross join trading.notional_slices as s
     where s.account_id = p_account_id and s.bot_id = p_bot_id and s.day = p_day and s.currency = p_currency
       and (s.bot_room is null or s.bot_room >= p_amount + m.taken)
       and (s.global_room is null
            or s.global_room >= p_amount + (select coalesce(sum(k.amount), 0)
                                              from trading.notional_moves as k
                                             where k.day = p_day and k.currency = p_currency and k.amount > 0))
     order by (s.slice + pg_backend_pid()) & 31
     limit 1
       for no key update of s skip locked;
    if v_given_back >= 16 then
        with folded as (
            delete from trading.notional_moves as m
             using (select k.account_id, k.order_id, k.order_version
                      from trading.notional_moves as k
                     where k.account_id = p_account_id and k.bot_id = p_bot_id and k.day = p_day and k.currency = p_currency and k.amount < 0
                     limit 256
                       for update skip locked) as k
             where m.account_id = k.account_id and m.order_id = k.order_id and m.order_version = k.order_version
            returning m.amount)
        update trading.notional_slices as s
           set used = s.used + f.amount, bot_room = s.bot_room - f.amount, global_room = s.global_room - f.amount
          from (select coalesce(sum(d.amount), 0) as amount from folded as d) as f
         where s.account_id = p_account_id and s.bot_id = p_bot_id and s.day = p_day and s.currency = p_currency and s.slice = v_slice;
    end if;
    return v_slice;
end
$function$;

alter function trading._free_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric) owner to daybook_api;

comment on function trading._free_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric) is 'Locks a slice of the bot and day that nobody else uses and that has room for the amount, and returns its number; null when there is none.';

revoke execute on function trading._free_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric) from public;
grant execute on function trading._free_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric) to daybook_owner;
