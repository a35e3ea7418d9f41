-- daybook mirror: function trading._notional_used(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text)

CREATE OR REPLACE FUNCTION trading._notional_used(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text)
 RETURNS numeric
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select coalesce(sum(u.amount), 0)
      from (select s.used as amount
              from trading.notional_slices as s
             where s.day = p_day and s.currency = p_currency
               and (p_account_id is null or s.account_id = p_account_id and s.bot_id = p_bot_id)
            union all
            select m.amount
              from trading.notional_moves as m
             where m.day = p_day and m.currency = p_currency
               and (p_account_id is null or m.account_id = p_account_id and m.bot_id = p_bot_id)) as u
$function$;

alter function trading._notional_used(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text) owner to daybook_api;

comment on function trading._notional_used(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text) is 'What the orders of a bot, or with nulls those of all bots, count in a currency on a day.';

revoke execute on function trading._notional_used(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text) from public;
grant execute on function trading._notional_used(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text) to daybook_owner;
