-- What is given back only lowers what is used: how much may be handed out follows from that. Taken in as room, it would be room also where
-- facts have gone past the cap. What was taken more goes where it leaves what is used and what is handed out together within both caps; else it stays,
-- and is left room for, until slices are emptied. One statement, so that what is taken in is what was looked at.
-- daybook-lint: allow state-change-without-event until 2028-06-30: what an order counts is told by the events of the order
create or replace function trading._fold_moves(
    p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_slice integer, p_bot_limit numeric, p_global_limit numeric)
returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
    with handed as (
        select sum(s.used + s.bot_room) filter (where s.account_id = p_account_id and s.bot_id = p_bot_id) as of_bot, sum(s.used + s.global_room) as of_all
          from trading.notional_slices as s
         where s.day = p_day and s.currency = p_currency),
    taken as (
        select coalesce(sum(m.amount), 0) as amount
          from trading.notional_moves as m
         where m.account_id = p_account_id and m.bot_id = p_bot_id and m.day = p_day and m.currency = p_currency and m.amount > 0),
    folded as (
        delete from trading.notional_moves as m
         using handed as h, taken as t
         where m.account_id = p_account_id and m.bot_id = p_bot_id and m.day = p_day and m.currency = p_currency
           and (m.amount < 0 or coalesce(h.of_bot + t.amount <= p_bot_limit, true) and coalesce(h.of_all + t.amount <= p_global_limit, true))
        returning m.amount)
    update trading.notional_slices as s
       set used = s.used + f.amount
      from (select coalesce(sum(d.amount), 0) as amount from folded as d) as f
     where s.account_id = p_account_id and s.bot_id = p_bot_id and s.day = p_day and s.currency = p_currency and s.slice = p_slice and f.amount <> 0
$$;

comment on function trading._fold_moves(uuid, uuid, date, text, integer, numeric, numeric) is
    'Takes in what events of the bot''s orders changed, as far as that makes no cap smaller than what is handed out of it. The caller holds the lock of the day and that of the slice.';
