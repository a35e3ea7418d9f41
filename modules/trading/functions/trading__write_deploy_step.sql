create or replace function trading._write_deploy_step(p_deploy trading.deploys, p_step trading.deploy_steps) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    update trading.deploys as d
       set state = p_deploy.state, step = p_step.step, updated_at = p_step.at, shadow_since = p_deploy.shadow_since,
           shadow_until = p_deploy.shadow_until, from_deploy_id = p_deploy.from_deploy_id, from_image_tag = p_deploy.from_image_tag,
           from_strategy_params = p_deploy.from_strategy_params
     where d.account_id = p_deploy.account_id and d.deploy_id = p_deploy.deploy_id;
    insert into trading.deploy_steps select p_step.*;
    if p_step.outcome = 'refused' then
        perform trading._refuse_deploy(p_deploy, 'advance', p_step.refusal_code, p_step.refusal_detail, p_step.ctx);
        return;
    end if;

    perform audit._write('trading.advance_deploy', 'deploy', p_deploy.deploy_id::text, trading._deploy_account(p_deploy.account_id), 'created', null,
        jsonb_strip_nulls(jsonb_build_object('step_id', p_step.step_id, 'subject', p_deploy.subject, 'from_state', p_step.from_state,
            'to_state', p_step.to_state, 'differences', p_step.differences, 'reason', p_step.reason, 'actor', p_step.actor)), p_step.ctx);
    perform bus.fn_emit_domain_event('trading.deploy_advanced', p_deploy.deploy_id::text,
        jsonb_strip_nulls(jsonb_build_object('deploy_id', p_deploy.deploy_id, 'bot_id', p_deploy.bot_id, 'service', p_deploy.service,
            'from_state', p_step.from_state, 'to_state', p_step.to_state, 'reason', p_step.reason, 'actor', p_step.actor,
            'differences', p_step.differences, 'config_version', p_step.config_version, 'fence', p_step.fence)),
        p_step.at, null, trading._deploy_account(p_deploy.account_id), p_step.ctx);
end
$$;

comment on function trading._write_deploy_step(trading.deploys, trading.deploy_steps) is
    'Writes a step of a deploy, taken or refused, and the deploy as it is after it, with an audit row and an event.';
