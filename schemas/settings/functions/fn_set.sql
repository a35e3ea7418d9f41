-- daybook mirror: function settings.fn_set(p_change_id uuid, p_key text, p_value jsonb, p_reason text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION settings.fn_set(p_change_id uuid, p_key text, p_value jsonb, p_reason text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, version bigint, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform util.require_id('p_change_id', p_change_id);
    perform util.require_text('p_reason', p_reason, 1000);
    if p_key is null or p_key !~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$' or length(p_key) > 200 then
        raise exception 'argument p_key is %, which is not a name of a setting', coalesce(quote_literal(left(p_key, 40)), 'null')
            using errcode = 'TB001', hint = 'Write lower-case words joined by dots and underscores, at most 200 characters.';
    end if;
    if p_value is null then
        raise exception 'argument p_value of setting % is null', p_key
            using errcode = 'TB001', hint = 'Pass a JSON value; the JSON null is one.';
    end if;

    return query select * from settings._change(p_change_id, p_key, p_value, p_reason, null, util.ctx(p_ctx));
end
$function$;

alter function settings.fn_set(p_change_id uuid, p_key text, p_value jsonb, p_reason text, p_ctx jsonb) owner to daybook_api;

comment on function settings.fn_set(p_change_id uuid, p_key text, p_value jsonb, p_reason text, p_ctx jsonb) is 'Sets a setting and keeps the change with its reason. created with the new version; replayed with the version that this change_id made; conflict naming the field in which the change of that id differs.';

revoke execute on function settings.fn_set(p_change_id uuid, p_key text, p_value jsonb, p_reason text, p_ctx jsonb) from public;
grant execute on function settings.fn_set(p_change_id uuid, p_key text, p_value jsonb, p_reason text, p_ctx jsonb) to daybook_manager;
grant execute on function settings.fn_set(p_change_id uuid, p_key text, p_value jsonb, p_reason text, p_ctx jsonb) to daybook_owner;
