-- daybook mirror: function trading._lock_lease(p_account_id uuid, p_bot_id uuid)
-- needs: trading/tables/bot_leases.sql

CREATE OR REPLACE FUNCTION trading._lock_lease(p_account_id uuid, p_bot_id uuid)
 RETURNS trading.bot_leases
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_lease trading.bot_leases;
begin
    select * into v_lease
      from trading.bot_leases as l
     where l.account_id = p_account_id and l.bot_id = p_bot_id
       for update;
    if not found then
        perform trading._refuse_bot(p_account_id, p_bot_id);
    end if;
    return v_lease;
end
$function$;

alter function trading._lock_lease(p_account_id uuid, p_bot_id uuid) owner to daybook_api;

comment on function trading._lock_lease(p_account_id uuid, p_bot_id uuid) is 'The lease of the bot, locked alone: waits for whoever submits as the bot. TB002 for an unknown bot.';

revoke execute on function trading._lock_lease(p_account_id uuid, p_bot_id uuid) from public;
grant execute on function trading._lock_lease(p_account_id uuid, p_bot_id uuid) to daybook_owner;
