-- daybook mirror: function trading._deploy_after(p_deploy trading.deploys, p_step trading.deploy_steps, p_does text)
-- needs: trading/tables/deploy_steps.sql
-- needs: trading/tables/deploys.sql

CREATE OR REPLACE FUNCTION trading._deploy_after(p_deploy trading.deploys, p_step trading.deploy_steps, p_does text)
 RETURNS trading.deploys
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_deploy trading.deploys := p_deploy;
begin
    if p_step.outcome = 'refused' then
        return v_deploy;
    end if;
    v_deploy.state := p_step.to_state;
    if p_does = 'shadows' then
        v_deploy.shadow_since := p_step.at;
    elsif p_does = 'ends' and p_deploy.shadow_since is not null then
        v_deploy.shadow_until := p_step.at;
    end if;
    return v_deploy;
end
$function$;

alter function trading._deploy_after(p_deploy trading.deploys, p_step trading.deploy_steps, p_does text) owner to daybook_api;

comment on function trading._deploy_after(p_deploy trading.deploys, p_step trading.deploy_steps, p_does text) is 'The deploy after a step that puts nothing else in force: its state, and when its time in shadow began or ended.';

revoke execute on function trading._deploy_after(p_deploy trading.deploys, p_step trading.deploy_steps, p_does text) from public;
grant execute on function trading._deploy_after(p_deploy trading.deploys, p_step trading.deploy_steps, p_does text) to daybook_owner;
