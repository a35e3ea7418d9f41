-- daybook mirror: function trading.fn_advance_deploy(p_account_id uuid, p_deploy_id uuid, p_step_id uuid, p_to_state text, p_reason text, p_actor text, p_differences bigint, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_advance_deploy(p_account_id uuid, p_deploy_id uuid, p_step_id uuid, p_to_state text, p_reason text, p_actor text, p_differences bigint DEFAULT NULL::bigint, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, deploy_id uuid, state text, step bigint, config_version bigint, fence bigint, conflict_field text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_services constant uuid := '00000000-0000-0000-0000-000000000000';
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_deploy trading.deploys;
    v_step trading.deploy_steps;
    v_does text;
begin
    if p_account_id is not null then
        perform settings.require_account(p_account_id, 'manage');
    end if;
    perform util.require_id('p_step_id', p_step_id);
    perform trading._require_choice('p_to_state', p_to_state,
        array['starting', 'shadowing', 'switching', 'active', 'failed', 'rolled_back', 'canceled']);
    perform util.require_text('p_reason', p_reason, 1000);
    perform util.require_text('p_actor', p_actor);
    v_deploy := trading._lock_deploy(coalesce(p_account_id, c_services), p_deploy_id);
    v_does := trading._deploy_transition(v_deploy.state, p_to_state, v_deploy.bot_id is null);
    if v_does in ('switches', 'goes back') and v_deploy.bot_id is not null then
        perform trading._lock_lease(v_deploy.account_id, v_deploy.bot_id);
    end if;

    deploy_id := p_deploy_id;
    select * into v_step from trading.deploy_steps as s where s.account_id = v_deploy.account_id and s.step_id = p_step_id;
    if found then
        conflict_field := case
            when v_step.deploy_id <> p_deploy_id then 'deploy_id'
            when v_step.to_state <> p_to_state then 'to_state'
            when v_step.reason <> p_reason then 'reason'
            when v_step.actor <> p_actor then 'actor'
            when v_step.differences is distinct from p_differences then 'differences'
        end;
        outcome := case when conflict_field is not null then 'conflict' when v_step.outcome = 'refused' then 'refused' else 'replayed' end;
    else
        v_step.account_id := v_deploy.account_id;
        v_step.deploy_id := p_deploy_id;
        v_step.step := v_deploy.step + 1;
        v_step.step_id := p_step_id;
        v_step.from_state := v_deploy.state;
        v_step.to_state := p_to_state;
        v_step.reason := p_reason;
        v_step.actor := p_actor;
        v_step.differences := p_differences;
        v_step.at := clock_timestamp();
        v_step.made_by := session_user;
        v_step.ctx := v_ctx;
        select r.code, r.detail
          into v_step.refusal_code, v_step.refusal_detail
          from trading._deploy_refusal(v_deploy, p_to_state, p_differences) as r;
        v_step.outcome := case when v_step.refusal_code is null then 'created' else 'refused' end;
        outcome := v_step.outcome;
        if outcome = 'created' and v_does = 'switches' then
            v_step := trading._switch_deploy(v_deploy, v_step);
        elsif outcome = 'created' and v_does = 'goes back' then
            v_step := trading._roll_back_deploy(v_deploy, v_step);
        else
            v_deploy := trading._deploy_after(v_deploy, v_step, v_does);
            perform trading._write_deploy_step(v_deploy, v_step);
        end if;
    end if;

    deploy_id := v_step.deploy_id;
    state := case v_step.outcome when 'created' then v_step.to_state else v_step.from_state end;
    step := v_step.step;
    config_version := v_step.config_version;
    fence := v_step.fence;
    refusal_code := v_step.refusal_code;
    refusal_detail := v_step.refusal_detail;
    return next;
end
$function$;

alter function trading.fn_advance_deploy(p_account_id uuid, p_deploy_id uuid, p_step_id uuid, p_to_state text, p_reason text, p_actor text, p_differences bigint, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_advance_deploy(p_account_id uuid, p_deploy_id uuid, p_step_id uuid, p_to_state text, p_reason text, p_actor text, p_differences bigint, p_ctx jsonb) is 'Takes a deploy to another state: requested, starting, shadowing, switching, active; or failed or canceled before the switch, rolled_back after it. A null account for a deploy of a service. The switch of a bot is one transaction: it has the new build and parameters, whoever held its lease is fenced off, and only processes of this deploy may acquire it; a roll back puts in force again what was before. For the switch somebody has to have looked at trading.fn_compare_shadow(): p_differences says how many differences are accepted, and where there are more the step is refused with differences. created with the version of the bot and the fence; replayed; conflict naming the field that differs; refused, kept, and answered so for ever, with illegal_transition, differences, not_held (active, while the bot should be running and nobody holds its lease) or deploy_under_way (a roll back while the next deploy is on its way). TB002 for an unknown deploy.';

revoke execute on function trading.fn_advance_deploy(p_account_id uuid, p_deploy_id uuid, p_step_id uuid, p_to_state text, p_reason text, p_actor text, p_differences bigint, p_ctx jsonb) from public;
grant execute on function trading.fn_advance_deploy(p_account_id uuid, p_deploy_id uuid, p_step_id uuid, p_to_state text, p_reason text, p_actor text, p_differences bigint, p_ctx jsonb) to daybook_manager;
grant execute on function trading.fn_advance_deploy(p_account_id uuid, p_deploy_id uuid, p_step_id uuid, p_to_state text, p_reason text, p_actor text, p_differences bigint, p_ctx jsonb) to daybook_owner;
