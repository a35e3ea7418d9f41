-- daybook mirror: function trading._start_deploy(p_asked trading.deploys)
-- needs: trading/tables/deploys.sql
-- needs: trading/types/deploy_answer.sql

CREATE OR REPLACE FUNCTION trading._start_deploy(p_asked trading.deploys)
 RETURNS trading.deploy_answer
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_subject constant text := coalesce(p_asked.bot_id::text, p_asked.service);
    v_old trading.deploys;
    v_answer trading.deploy_answer;
begin
    perform trading._lock_deploys(p_asked.account_id, v_subject);
    insert into trading.deploys (account_id, deploy_id, bot_id, service, image_tag, strategy_params, tolerance, reason, actor, ctx)
    values (p_asked.account_id, p_asked.deploy_id, p_asked.bot_id, p_asked.service, p_asked.image_tag, p_asked.strategy_params,
            p_asked.tolerance, p_asked.reason, p_asked.actor, p_asked.ctx)
    on conflict do nothing;

    v_answer.deploy_id := p_asked.deploy_id;
    if found then
        v_answer.outcome := 'created';
        v_answer.state := 'requested';
        perform audit._write('trading.start_deploy', 'deploy', p_asked.deploy_id::text, p_asked.account_id, 'created', null,
            jsonb_build_object('subject', v_subject, 'image_tag', p_asked.image_tag, 'reason', p_asked.reason, 'actor', p_asked.actor), p_asked.ctx);
        perform bus.fn_emit_domain_event('trading.deploy_started', p_asked.deploy_id::text,
            jsonb_strip_nulls(jsonb_build_object('deploy_id', p_asked.deploy_id, 'bot_id', p_asked.bot_id, 'service', p_asked.service,
                'image_tag', p_asked.image_tag, 'reason', p_asked.reason, 'actor', p_asked.actor))
                || case when p_asked.bot_id is null then '{}' else jsonb_build_object('strategy_params', p_asked.strategy_params) end,
            null, null, trading._deploy_account(p_asked.account_id), p_asked.ctx);
        return v_answer;
    end if;

    select * into v_old from trading.deploys as d where d.account_id = p_asked.account_id and d.deploy_id = p_asked.deploy_id;
    if found then
        v_answer.conflict_field := case
            when v_old.bot_id is distinct from p_asked.bot_id then 'bot_id'
            when v_old.service is distinct from p_asked.service then 'service'
            when v_old.image_tag <> p_asked.image_tag then 'image_tag'
            when v_old.strategy_params is distinct from p_asked.strategy_params then 'strategy_params'
            when v_old.tolerance is distinct from p_asked.tolerance then 'tolerance'
            when v_old.reason <> p_asked.reason then 'reason'
            when v_old.actor <> p_asked.actor then 'actor'
        end;
        v_answer.outcome := case when v_answer.conflict_field is null then 'replayed' else 'conflict' end;
        v_answer.state := v_old.state;
        return v_answer;
    end if;

    v_answer.outcome := 'refused';
    v_answer.refusal_code := 'deploy_under_way';
    v_answer.refusal_detail := trading._deploy_under_way(p_asked.account_id, v_subject);
    perform trading._refuse_deploy(p_asked, 'start', v_answer.refusal_code, v_answer.refusal_detail, p_asked.ctx);
    return v_answer;
end
$function$;

alter function trading._start_deploy(p_asked trading.deploys) owner to daybook_api;

comment on function trading._start_deploy(p_asked trading.deploys) is 'Begins the deploy that is asked for, of a bot or a service, or answers what became of that id. Of one bot or service one deploy may be under way.';

revoke execute on function trading._start_deploy(p_asked trading.deploys) from public;
grant execute on function trading._start_deploy(p_asked trading.deploys) to daybook_owner;
