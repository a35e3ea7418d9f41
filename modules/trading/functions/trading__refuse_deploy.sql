create or replace function trading._refuse_deploy(
    p_deploy trading.deploys, p_action text, p_refusal_code text, p_refusal_detail text, p_ctx jsonb)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    perform audit._write('trading.' || p_action || '_deploy', 'deploy', p_deploy.deploy_id::text, trading._deploy_account(p_deploy.account_id),
        'refused', p_refusal_code, jsonb_build_object('detail', p_refusal_detail), p_ctx);
    perform bus.fn_emit_domain_event('trading.deploy_refused', p_deploy.deploy_id::text,
        jsonb_strip_nulls(jsonb_build_object('deploy_id', p_deploy.deploy_id, 'bot_id', p_deploy.bot_id, 'service', p_deploy.service,
            'action', p_action, 'refusal_code', p_refusal_code, 'refusal_detail', p_refusal_detail)),
        null, null, trading._deploy_account(p_deploy.account_id), p_ctx);
end
$$;

comment on function trading._refuse_deploy(trading.deploys, text, text, text, jsonb) is
    'Keeps that a deploy was not begun or did not go on: an audit row and an event of the deploy.';
