create or replace function settings.fn_get(p_key text) returns jsonb
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return (select s.value from settings.app_settings as s where s.key = p_key);
end
$$;

comment on function settings.fn_get(text) is 'The current value of a setting; null when it was never set.';
