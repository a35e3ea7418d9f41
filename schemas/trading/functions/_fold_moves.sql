-- daybook mirror: function trading._fold_moves(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_slice integer, p_bot_limit numeric, p_global_limit numeric)

CREATE OR REPLACE FUNCTION trading._fold_moves(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_slice integer, p_bot_limit numeric, p_global_limit numeric)
 RETURNS void
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

alter function trading._fold_moves(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_slice integer, p_bot_limit numeric, p_global_limit numeric) owner to daybook_api;

comment on function trading._fold_moves(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_slice integer, p_bot_limit numeric, p_global_limit numeric) is 'Takes in what events of the bot''s orders changed, as far as that makes no cap smaller than what is handed out of it. The caller holds the lock of the day and that of the slice.';

revoke execute on function trading._fold_moves(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_slice integer, p_bot_limit numeric, p_global_limit numeric) from public;
grant execute on function trading._fold_moves(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_slice integer, p_bot_limit numeric, p_global_limit numeric) to daybook_owner;
