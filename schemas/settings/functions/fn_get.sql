-- daybook mirror: function settings.fn_get(p_key text)

CREATE OR REPLACE FUNCTION settings.fn_get(p_key text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    return (select s.value from settings.app_settings as s where s.key = p_key);
end
$function$;

alter function settings.fn_get(p_key text) owner to daybook_api;

comment on function settings.fn_get(p_key text) is 'The current value of a setting; null when it was never set.';

revoke execute on function settings.fn_get(p_key text) from public;
grant execute on function settings.fn_get(p_key text) to daybook_app;
grant execute on function settings.fn_get(p_key text) to daybook_bot;
grant execute on function settings.fn_get(p_key text) to daybook_console;
grant execute on function settings.fn_get(p_key text) to daybook_data_writer;
grant execute on function settings.fn_get(p_key text) to daybook_executor;
grant execute on function settings.fn_get(p_key text) to daybook_manager;
grant execute on function settings.fn_get(p_key text) to daybook_owner;
grant execute on function settings.fn_get(p_key text) to daybook_relay;
grant execute on function settings.fn_get(p_key text) to daybook_risk;
