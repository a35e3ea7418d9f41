create or replace function trading._deploy_after(p_deploy trading.deploys, p_step trading.deploy_steps, p_does text) returns trading.deploys
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
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
$$;

comment on function trading._deploy_after(trading.deploys, trading.deploy_steps, text) is
    'The deploy after a step that puts nothing else in force: its state, and when its time in shadow began or ended.';
