-- One statement, so that a difference is seen in one of the two places: never in both, and never in none.
create or replace function trading._notional_used(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text) returns numeric
language sql stable
set search_path = pg_catalog, pg_temp
as $$
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
$$;

comment on function trading._notional_used(uuid, uuid, date, text) is
    'What the orders of a bot, or with nulls those of all bots, count in a currency on a day.';
