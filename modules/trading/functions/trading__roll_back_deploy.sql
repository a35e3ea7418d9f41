create or replace function trading._roll_back_deploy(p_deploy trading.deploys, p_step trading.deploy_steps) returns trading.deploy_steps
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_deploy trading.deploys := p_deploy;
    v_step trading.deploy_steps := p_step;
begin
    v_deploy.state := p_step.to_state;
    if p_deploy.bot_id is not null then
        v_step := trading._put_in_force(p_deploy, p_deploy.from_deploy_id, p_deploy.from_image_tag, p_deploy.from_strategy_params, p_step);
    end if;
    perform trading._write_deploy_step(v_deploy, v_step);
    if p_deploy.from_deploy_id is not null then
        perform trading._follow_deploy(p_deploy.account_id, p_deploy.from_deploy_id, 'active', p_step);
    end if;
    return v_step;
end
$$;

comment on function trading._roll_back_deploy(trading.deploys, trading.deploy_steps) is
    'Puts in force again what was so until the switch; nothing of the processes of this deploy gets through any more.';
