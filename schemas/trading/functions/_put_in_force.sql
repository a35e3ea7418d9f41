-- daybook mirror: function trading._put_in_force(p_deploy trading.deploys, p_deploy_id uuid, p_image_tag text, p_strategy_params jsonb, p_step trading.deploy_steps)
-- needs: trading/tables/deploy_steps.sql
-- needs: trading/tables/deploys.sql

CREATE OR REPLACE FUNCTION trading._put_in_force(p_deploy trading.deploys, p_deploy_id uuid, p_image_tag text, p_strategy_params jsonb, p_step trading.deploy_steps)
 RETURNS trading.deploy_steps
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_step trading.deploy_steps := p_step;
    v_bot trading.bot_configs;
begin
    update trading.bot_configs as b
       set image_tag = p_image_tag, strategy_params = p_strategy_params, version = b.version + 1, updated_at = p_step.at, ctx = p_step.ctx
     where b.account_id = p_deploy.account_id and b.bot_id = p_deploy.bot_id
    returning b.* into strict v_bot;
    v_step.config_version := v_bot.version;
    v_step.fence := trading._next_token();
    perform trading._raise_fence(p_deploy.account_id, p_deploy.bot_id, v_step.fence, p_deploy_id);
    perform trading._write_bot_version(v_bot, util.uuid_from_name(p_step.step_id, 'bot'), p_step.reason, p_step.ctx);
    perform bus.fn_emit_domain_event('trading.fence_incremented', p_deploy.bot_id::text,
        jsonb_build_object('bot_id', p_deploy.bot_id, 'fence', v_step.fence, 'reason', p_step.reason, 'actor', p_step.actor),
        p_step.at, null, p_deploy.account_id, p_step.ctx);
    return v_step;
end
$function$;

alter function trading._put_in_force(p_deploy trading.deploys, p_deploy_id uuid, p_image_tag text, p_strategy_params jsonb, p_step trading.deploy_steps) owner to daybook_api;

comment on function trading._put_in_force(p_deploy trading.deploys, p_deploy_id uuid, p_image_tag text, p_strategy_params jsonb, p_step trading.deploy_steps) is 'Gives the bot another build and parameters, fences off whoever holds its lease, which the caller has locked, and lets processes of the deploy named acquire it. Returns the step with the version and the fence.';

revoke execute on function trading._put_in_force(p_deploy trading.deploys, p_deploy_id uuid, p_image_tag text, p_strategy_params jsonb, p_step trading.deploy_steps) from public;
grant execute on function trading._put_in_force(p_deploy trading.deploys, p_deploy_id uuid, p_image_tag text, p_strategy_params jsonb, p_step trading.deploy_steps) to daybook_owner;
