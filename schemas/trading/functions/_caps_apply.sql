-- daybook mirror: function trading._caps_apply(p_account_id uuid, p_bot_id uuid)

CREATE OR REPLACE FUNCTION trading._caps_apply(p_account_id uuid, p_bot_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select exists (
        select from trading.notional_caps as c
         where c.limit_amount is not null
           and (c.account_id = p_account_id and c.bot_id = p_bot_id or c.account_id = '00000000-0000-0000-0000-000000000000'))
$function$;

alter function trading._caps_apply(p_account_id uuid, p_bot_id uuid) owner to daybook_api;

comment on function trading._caps_apply(p_account_id uuid, p_bot_id uuid) is 'Whether a cap of the bot, or one of all trading, is in force, in whatever currency.';

revoke execute on function trading._caps_apply(p_account_id uuid, p_bot_id uuid) from public;
grant execute on function trading._caps_apply(p_account_id uuid, p_bot_id uuid) to daybook_owner;
