-- daybook mirror: function trading._lock_deploy(p_account_id uuid, p_deploy_id uuid)
-- needs: trading/tables/deploys.sql

CREATE OR REPLACE FUNCTION trading._lock_deploy(p_account_id uuid, p_deploy_id uuid)
 RETURNS trading.deploys
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_deploy trading.deploys;
begin
    select * into v_deploy from trading.deploys as d where d.account_id = p_account_id and d.deploy_id = p_deploy_id;
    if not found then
        perform trading._refuse_deploy_id(p_account_id, p_deploy_id);
    end if;

    perform trading._lock_deploys(p_account_id, v_deploy.subject);
    select * into strict v_deploy from trading.deploys as d where d.account_id = p_account_id and d.deploy_id = p_deploy_id for update;
    return v_deploy;
end
$function$;

alter function trading._lock_deploy(p_account_id uuid, p_deploy_id uuid) owner to daybook_api;

comment on function trading._lock_deploy(p_account_id uuid, p_deploy_id uuid) is 'The deploy, locked alone with all others of its bot or service: waits for orders in shadow that are being recorded. TB002 for an unknown deploy.';

revoke execute on function trading._lock_deploy(p_account_id uuid, p_deploy_id uuid) from public;
grant execute on function trading._lock_deploy(p_account_id uuid, p_deploy_id uuid) to daybook_owner;
