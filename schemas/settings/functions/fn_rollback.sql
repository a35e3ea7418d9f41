-- daybook mirror: function settings.fn_rollback(p_change_id uuid, p_key text, p_to_version bigint, p_reason text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION settings.fn_rollback(p_change_id uuid, p_key text, p_to_version bigint, p_reason text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, version bigint, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_value jsonb;
begin
    perform util.require_id('p_change_id', p_change_id);
    perform util.require_text('p_reason', p_reason, 1000);
    select h.value into v_value from settings.app_settings_history as h where h.key = p_key and h.version = p_to_version;
    if not found then
        raise exception 'setting % has no version %', coalesce(quote_literal(p_key), 'null'), coalesce(p_to_version::text, 'null')
            using errcode = 'TB002', hint = 'settings.app_settings_history lists the versions of every setting.';
    end if;

    return query select * from settings._change(p_change_id, p_key, v_value, p_reason, p_to_version, util.ctx(p_ctx));
end
$function$;

alter function settings.fn_rollback(p_change_id uuid, p_key text, p_to_version bigint, p_reason text, p_ctx jsonb) owner to daybook_api;

comment on function settings.fn_rollback(p_change_id uuid, p_key text, p_to_version bigint, p_reason text, p_ctx jsonb) is 'Makes the value of an earlier version current again, as a new version; history is not rewritten. Answers like settings.fn_set(); TB002 if there is no such version.';

revoke execute on function settings.fn_rollback(p_change_id uuid, p_key text, p_to_version bigint, p_reason text, p_ctx jsonb) from public;
grant execute on function settings.fn_rollback(p_change_id uuid, p_key text, p_to_version bigint, p_reason text, p_ctx jsonb) to daybook_manager;
grant execute on function settings.fn_rollback(p_change_id uuid, p_key text, p_to_version bigint, p_reason text, p_ctx jsonb) to daybook_owner;
