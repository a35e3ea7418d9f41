-- daybook mirror: function trading._follow_deploy(p_account_id uuid, p_deploy_id uuid, p_to_state text, p_step trading.deploy_steps)
-- needs: trading/tables/deploy_steps.sql

CREATE OR REPLACE FUNCTION trading._follow_deploy(p_account_id uuid, p_deploy_id uuid, p_to_state text, p_step trading.deploy_steps)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_deploy trading.deploys;
    v_step trading.deploy_steps := p_step;
begin
    select * into strict v_deploy from trading.deploys as d where d.account_id = p_account_id and d.deploy_id = p_deploy_id for update;
    v_step.deploy_id := p_deploy_id;
    v_step.step := v_deploy.step + 1;
    v_step.step_id := util.uuid_from_name(p_step.step_id, p_to_state);
    v_step.from_state := v_deploy.state;
    v_step.to_state := p_to_state;
    v_step.differences := null;
    v_step.config_version := null;
    v_step.fence := null;
    v_deploy.state := p_to_state;
    perform trading._write_deploy_step(v_deploy, v_step);
end
$function$;

alter function trading._follow_deploy(p_account_id uuid, p_deploy_id uuid, p_to_state text, p_step trading.deploy_steps) owner to daybook_api;

comment on function trading._follow_deploy(p_account_id uuid, p_deploy_id uuid, p_to_state text, p_step trading.deploy_steps) is 'Moves the deploy that was in force before another one as the step of that one demands: to replaced at its switch, to active when it is rolled back.';

revoke execute on function trading._follow_deploy(p_account_id uuid, p_deploy_id uuid, p_to_state text, p_step trading.deploy_steps) from public;
grant execute on function trading._follow_deploy(p_account_id uuid, p_deploy_id uuid, p_to_state text, p_step trading.deploy_steps) to daybook_owner;
