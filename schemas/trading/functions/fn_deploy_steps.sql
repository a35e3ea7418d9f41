-- daybook mirror: function trading.fn_deploy_steps(p_account_id uuid, p_deploy_id uuid)

CREATE OR REPLACE FUNCTION trading.fn_deploy_steps(p_account_id uuid, p_deploy_id uuid)
 RETURNS TABLE(step bigint, step_id uuid, outcome text, from_state text, to_state text, reason text, actor text, differences bigint, refusal_code text, refusal_detail text, config_version bigint, fence bigint, at timestamp with time zone, made_by name)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if p_account_id is not null then
        perform settings.require_account(p_account_id, 'read');
    end if;

    return query
        select s.step, s.step_id, s.outcome, s.from_state, s.to_state, s.reason, s.actor, s.differences, s.refusal_code, s.refusal_detail,
               s.config_version, s.fence, s.at, s.made_by
          from trading.deploy_steps as s
         where s.account_id = coalesce(p_account_id, '00000000-0000-0000-0000-000000000000') and s.deploy_id = p_deploy_id
         order by s.step;
end
$function$;

alter function trading.fn_deploy_steps(p_account_id uuid, p_deploy_id uuid) owner to daybook_api;

comment on function trading.fn_deploy_steps(p_account_id uuid, p_deploy_id uuid) is 'What a deploy went through, refused steps too, with who and why; a null account for a deploy of a service.';

revoke execute on function trading.fn_deploy_steps(p_account_id uuid, p_deploy_id uuid) from public;
grant execute on function trading.fn_deploy_steps(p_account_id uuid, p_deploy_id uuid) to daybook_manager;
grant execute on function trading.fn_deploy_steps(p_account_id uuid, p_deploy_id uuid) to daybook_owner;
