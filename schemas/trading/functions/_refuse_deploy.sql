-- daybook mirror: function trading._refuse_deploy(p_deploy trading.deploys, p_action text, p_refusal_code text, p_refusal_detail text, p_ctx jsonb)
-- needs: trading/tables/deploys.sql

CREATE OR REPLACE FUNCTION trading._refuse_deploy(p_deploy trading.deploys, p_action text, p_refusal_code text, p_refusal_detail text, p_ctx jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform audit._write('trading.' || p_action || '_deploy', 'deploy', p_deploy.deploy_id::text, trading._deploy_account(p_deploy.account_id),
        'refused', p_refusal_code, jsonb_build_object('detail', p_refusal_detail), p_ctx);
    perform bus.fn_emit_domain_event('trading.deploy_refused', p_deploy.deploy_id::text,
        jsonb_strip_nulls(jsonb_build_object('deploy_id', p_deploy.deploy_id, 'bot_id', p_deploy.bot_id, 'service', p_deploy.service,
            'action', p_action, 'refusal_code', p_refusal_code, 'refusal_detail', p_refusal_detail)),
        null, null, trading._deploy_account(p_deploy.account_id), p_ctx);
end
$function$;

alter function trading._refuse_deploy(p_deploy trading.deploys, p_action text, p_refusal_code text, p_refusal_detail text, p_ctx jsonb) owner to daybook_api;

comment on function trading._refuse_deploy(p_deploy trading.deploys, p_action text, p_refusal_code text, p_refusal_detail text, p_ctx jsonb) is 'Keeps that a deploy was not begun or did not go on: an audit row and an event of the deploy.';

revoke execute on function trading._refuse_deploy(p_deploy trading.deploys, p_action text, p_refusal_code text, p_refusal_detail text, p_ctx jsonb) from public;
grant execute on function trading._refuse_deploy(p_deploy trading.deploys, p_action text, p_refusal_code text, p_refusal_detail text, p_ctx jsonb) to daybook_owner;
