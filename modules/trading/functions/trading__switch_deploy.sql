create or replace function trading._switch_deploy(p_deploy trading.deploys, p_step trading.deploy_steps) returns trading.deploy_steps
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_deploy trading.deploys := p_deploy;
    v_step trading.deploy_steps := p_step;
    v_from trading.deploys;
begin
    v_deploy.state := p_step.to_state;
    v_deploy.shadow_until := case when p_deploy.shadow_since is not null then p_step.at end;
    select * into v_from from trading.deploys as d where d.account_id = p_deploy.account_id and d.subject = p_deploy.subject and d.state = 'active';
    v_deploy.from_deploy_id := v_from.deploy_id;
    v_deploy.from_image_tag := v_from.image_tag;
    if p_deploy.bot_id is not null then
        select b.image_tag, b.strategy_params
          into strict v_deploy.from_image_tag, v_deploy.from_strategy_params
          from trading.bot_configs as b
         where b.account_id = p_deploy.account_id and b.bot_id = p_deploy.bot_id
           for no key update;
    end if;
    if v_from.deploy_id is not null then
        perform trading._follow_deploy(p_deploy.account_id, v_from.deploy_id, 'replaced', p_step);
    end if;
    if p_deploy.bot_id is not null then
        v_step := trading._put_in_force(p_deploy, p_deploy.deploy_id, p_deploy.image_tag, p_deploy.strategy_params, p_step);
    end if;
    perform trading._write_deploy_step(v_deploy, v_step);
    return v_step;
end
$$;

comment on function trading._switch_deploy(trading.deploys, trading.deploy_steps) is
    'Puts the deploy in force in the place of the one before: a bot has its build and parameters, and nothing of whoever acted as it gets through any more.';
