-- daybook mirror: function trading.fn_start_service_deploy(p_deploy_id uuid, p_service text, p_image_tag text, p_reason text, p_actor text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_start_service_deploy(p_deploy_id uuid, p_service text, p_image_tag text, p_reason text, p_actor text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, deploy_id uuid, state text, conflict_field text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_asked trading.deploys;
begin
    v_asked.ctx := util.ctx(p_ctx);
    v_asked.account_id := '00000000-0000-0000-0000-000000000000';
    v_asked.deploy_id := util.require_id('p_deploy_id', p_deploy_id);
    v_asked.service := util.require_text('p_service', p_service);
    v_asked.image_tag := util.require_text('p_image_tag', p_image_tag);
    v_asked.reason := util.require_text('p_reason', p_reason, 1000);
    v_asked.actor := util.require_text('p_actor', p_actor);
    return query select * from trading._start_deploy(v_asked);
end
$function$;

alter function trading.fn_start_service_deploy(p_deploy_id uuid, p_service text, p_image_tag text, p_reason text, p_actor text, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_start_service_deploy(p_deploy_id uuid, p_service text, p_image_tag text, p_reason text, p_actor text, p_ctx jsonb) is 'Asks for a deploy of a service, which is of no account: whoever may call the function may deploy. It goes through the states of a bot''s, by trading.fn_advance_deploy() with a null account, and answers likewise.';

revoke execute on function trading.fn_start_service_deploy(p_deploy_id uuid, p_service text, p_image_tag text, p_reason text, p_actor text, p_ctx jsonb) from public;
grant execute on function trading.fn_start_service_deploy(p_deploy_id uuid, p_service text, p_image_tag text, p_reason text, p_actor text, p_ctx jsonb) to daybook_manager;
grant execute on function trading.fn_start_service_deploy(p_deploy_id uuid, p_service text, p_image_tag text, p_reason text, p_actor text, p_ctx jsonb) to daybook_owner;
