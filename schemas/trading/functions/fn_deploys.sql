-- daybook mirror: function trading.fn_deploys(p_account_id uuid, p_bot_id uuid, p_limit integer)

CREATE OR REPLACE FUNCTION trading.fn_deploys(p_account_id uuid DEFAULT NULL::uuid, p_bot_id uuid DEFAULT NULL::uuid, p_limit integer DEFAULT 100)
 RETURNS TABLE(account_id uuid, deploy_id uuid, bot_id uuid, service text, image_tag text, strategy_params jsonb, state text, step bigint, reason text, actor text, started_at timestamp with time zone, updated_at timestamp with time zone, shadow_since timestamp with time zone, shadow_until timestamp with time zone, shadow_orders bigint, from_deploy_id uuid, from_image_tag text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

alter function trading.fn_deploys(p_account_id uuid, p_bot_id uuid, p_limit integer) owner to daybook_api;

comment on function trading.fn_deploys(p_account_id uuid, p_bot_id uuid, p_limit integer) is 'Deploys of an account''s bots, or of one of them; with a null account those of services and of all bots that the caller may read; newest first. A build finds here what it was started with, and whether it is in shadow or in force.';

revoke execute on function trading.fn_deploys(p_account_id uuid, p_bot_id uuid, p_limit integer) from public;
grant execute on function trading.fn_deploys(p_account_id uuid, p_bot_id uuid, p_limit integer) to daybook_bot;
grant execute on function trading.fn_deploys(p_account_id uuid, p_bot_id uuid, p_limit integer) to daybook_manager;
grant execute on function trading.fn_deploys(p_account_id uuid, p_bot_id uuid, p_limit integer) to daybook_owner;
grant execute on function trading.fn_deploys(p_account_id uuid, p_bot_id uuid, p_limit integer) to daybook_risk;
