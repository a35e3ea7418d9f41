create or replace function trading.fn_start_deploy(
    p_account_id uuid, p_deploy_id uuid, p_bot_id uuid, p_image_tag text, p_strategy_params jsonb, p_reason text, p_actor text,
    p_tolerance interval default '10 seconds', p_ctx jsonb default null)
returns table (outcome text, deploy_id uuid, state text, conflict_field text, refusal_code text, refusal_detail text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_asked trading.deploys;
begin
    v_asked.ctx := util.ctx(p_ctx);
    perform settings.require_account(p_account_id, 'manage');
    v_asked.account_id := p_account_id;
    v_asked.deploy_id := util.require_id('p_deploy_id', p_deploy_id);
    v_asked.bot_id := p_bot_id;
    v_asked.image_tag := util.require_text('p_image_tag', p_image_tag);
    v_asked.strategy_params := p_strategy_params;
    v_asked.tolerance := p_tolerance;
    v_asked.reason := util.require_text('p_reason', p_reason, 1000);
    v_asked.actor := util.require_text('p_actor', p_actor);
    if jsonb_typeof(p_strategy_params) = 'object' and p_tolerance between '0' and '1 day' then
        null;
    elsif jsonb_typeof(p_strategy_params) = 'object' then
        raise exception 'argument p_tolerance is %', coalesce(p_tolerance::text, 'null')
            using errcode = 'TB001', hint = 'Pass how far apart in time two orders may be and still be compared, from zero to one day.';
    else
        raise exception 'argument p_strategy_params is %', coalesce(left(p_strategy_params::text, 40), 'null')
            using errcode = 'TB001', hint = 'Pass all parameters of the new build as a JSON object; those of the old one are in trading.fn_bots().';
    end if;
    if not exists (select from trading.bot_configs as b where b.account_id = p_account_id and b.bot_id = p_bot_id) then
        perform trading._refuse_bot(p_account_id, p_bot_id);
    end if;

    return query select * from trading._start_deploy(v_asked);
end
$$;

comment on function trading.fn_start_deploy(uuid, uuid, uuid, text, jsonb, text, text, interval, jsonb) is
    'Asks for a deploy of a bot: another build, with its parameters, shall take over. Nothing changes for the bot until trading.fn_advance_deploy() switches '
    'to it. created in the state requested; replayed with the state it is in now; conflict naming the field that differs; refused with deploy_under_way, '
    'decided anew with every call, naming the deploy of the bot that has not ended. p_tolerance is how far apart in time trading.fn_compare_shadow() may '
    'pair two orders. TB002 for an unknown bot.';
