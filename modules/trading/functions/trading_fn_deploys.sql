create or replace function trading.fn_deploys(p_account_id uuid default null, p_bot_id uuid default null, p_limit integer default 100)
returns table (account_id uuid, deploy_id uuid, bot_id uuid, service text, image_tag text, strategy_params jsonb, state text, step bigint,
               reason text, actor text, started_at timestamptz, updated_at timestamptz, shadow_since timestamptz, shadow_until timestamptz,
               shadow_orders bigint, from_deploy_id uuid, from_image_tag text)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_account_id is not null then
        perform settings.require_account(p_account_id, 'read');
    end if;
    perform trading._require_limit(p_limit);

    return query
        select trading._deploy_account(d.account_id), d.deploy_id, d.bot_id, d.service, d.image_tag, d.strategy_params, d.state, d.step,
               d.reason, d.actor, d.started_at, d.updated_at, d.shadow_since, d.shadow_until,
               (select count(*) from trading.shadow_orders as s where s.account_id = d.account_id and s.deploy_id = d.deploy_id),
               d.from_deploy_id, d.from_image_tag
          from trading.deploys as d
         where (d.account_id = p_account_id
                or p_account_id is null and (d.service is not null or d.account_id in (select a.account_id from trading.fn_accounts() as a)))
           and (p_bot_id is null or d.bot_id = p_bot_id)
         order by d.started_at desc, d.deploy_id
         limit p_limit;
end
$$;

comment on function trading.fn_deploys(uuid, uuid, integer) is
    'Deploys of an account''s bots, or of one of them; with a null account those of services and of all bots that the caller may read; newest first. A build finds here what it was started '
    'with, and whether it is in shadow or in force.';
