create or replace function trading._caps_apply(p_account_id uuid, p_bot_id uuid) returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select exists (
        select from trading.notional_caps as c
         where c.limit_amount is not null
           and (c.account_id = p_account_id and c.bot_id = p_bot_id or c.account_id = '00000000-0000-0000-0000-000000000000'))
$$;

comment on function trading._caps_apply(uuid, uuid) is 'Whether a cap of the bot, or one of all trading, is in force, in whatever currency.';
