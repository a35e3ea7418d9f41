-- daybook mirror: function trading._refuse_deploy_id(p_account_id uuid, p_deploy_id uuid)

CREATE OR REPLACE FUNCTION trading._refuse_deploy_id(p_account_id uuid, p_deploy_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    raise exception 'argument p_deploy_id is %, which is no deploy of %', coalesce(p_deploy_id::text, 'null'),
            coalesce('account ' || trading._deploy_account(p_account_id), 'a service')
        using errcode = 'TB002', hint = 'trading.fn_deploys() lists them. Pass a null account for a deploy of a service.';
end
$function$;

alter function trading._refuse_deploy_id(p_account_id uuid, p_deploy_id uuid) owner to daybook_api;

comment on function trading._refuse_deploy_id(p_account_id uuid, p_deploy_id uuid) is 'Raises TB002: the account has no such deploy.';

revoke execute on function trading._refuse_deploy_id(p_account_id uuid, p_deploy_id uuid) from public;
grant execute on function trading._refuse_deploy_id(p_account_id uuid, p_deploy_id uuid) to daybook_owner;
