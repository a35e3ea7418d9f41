-- daybook mirror: function trading._raise_fence(p_account_id uuid, p_bot_id uuid, p_fence bigint, p_deploy_id uuid)

CREATE OR REPLACE FUNCTION trading._raise_fence(p_account_id uuid, p_bot_id uuid, p_fence bigint, p_deploy_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    update trading.bot_leases as l
       set token = p_fence, expires_at = clock_timestamp(), renew_id = null, deploy_id = p_deploy_id
     where l.account_id = p_account_id and l.bot_id = p_bot_id;
end
$function$;

alter function trading._raise_fence(p_account_id uuid, p_bot_id uuid, p_fence bigint, p_deploy_id uuid) owner to daybook_api;

comment on function trading._raise_fence(p_account_id uuid, p_bot_id uuid, p_fence bigint, p_deploy_id uuid) is 'Fences off whoever holds the lease of the bot, which the caller has locked, and lets processes of that deploy acquire it.';

revoke execute on function trading._raise_fence(p_account_id uuid, p_bot_id uuid, p_fence bigint, p_deploy_id uuid) from public;
grant execute on function trading._raise_fence(p_account_id uuid, p_bot_id uuid, p_fence bigint, p_deploy_id uuid) to daybook_owner;
