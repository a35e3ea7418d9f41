create or replace function trading._refuse_deploy_id(p_account_id uuid, p_deploy_id uuid) returns void
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception 'argument p_deploy_id is %, which is no deploy of %', coalesce(p_deploy_id::text, 'null'),
            coalesce('account ' || trading._deploy_account(p_account_id), 'a service')
        using errcode = 'TB002', hint = 'trading.fn_deploys() lists them. Pass a null account for a deploy of a service.';
end
$$;

comment on function trading._refuse_deploy_id(uuid, uuid) is 'Raises TB002: the account has no such deploy.';
