-- Waits for nobody: a slice that is being used by somebody else is passed over, which is dearer than sorting; so each connection begins with another. What orders gave back is taken in when there is some
-- of it; what they took more, of the cap of all trading those of any bot, is only left room for, since taking it in could leave this slice with less than it was found to have.
-- daybook-lint: allow state-change-without-event until 2028-06-30: what an order counts is told by the events of the order
-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function trading._free_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric)
returns integer
language plpgsql volatile
as $$
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
$$;

comment on function trading._free_slice(uuid, uuid, date, text, numeric) is
    'Locks a slice of the bot and day that nobody else uses and that has room for the amount, and returns its number; null when there is none.';
